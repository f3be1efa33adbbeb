package main

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// The program carries its own source: the code that is shown is the code that runs.
//
//go:embed *.go
var files embed.FS

// source finds functions and declarations of this package by name.
type source struct {
	bodies       map[string]string
	declarations map[string]string
}

func readSource() (*source, error) {
	s := &source{map[string]string{}, map[string]string{}}
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if err := s.read(entry.Name()); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *source) read(name string) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, name, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	cut := func(from, to token.Pos) string {
		return string(text[positions.Position(from).Offset:positions.Position(to).Offset])
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			s.addFunction(d, cut)
		case *ast.GenDecl:
			s.addSpecs(d, cut)
		}
	}
	return nil
}

func (s *source) addFunction(d *ast.FuncDecl, cut func(from, to token.Pos) string) {
	if d.Recv != nil || d.Body == nil {
		return
	}
	s.declarations[d.Name.Name] = cut(d.Pos(), d.End())
	s.bodies[d.Name.Name] = dedent(cut(d.Body.Lbrace+1, d.Body.Rbrace))
}

func (s *source) addSpecs(d *ast.GenDecl, cut func(from, to token.Pos) string) {
	for _, spec := range d.Specs {
		text := d.Tok.String() + " " + cut(spec.Pos(), spec.End())
		if d.Lparen.IsValid() {
			text = dedent("\t" + text)
		}
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.declarations[spec.Name.Name] = text
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				s.declarations[name.Name] = text
			}
		}
	}
}

func (s *source) body(function string) (string, error) {
	if text, ok := s.bodies[function]; ok {
		return text, nil
	}
	return "", fmt.Errorf("no top-level function %q in the source", function)
}

func (s *source) declaration(name string) (string, error) {
	if text, ok := s.declarations[name]; ok {
		return text, nil
	}
	return "", fmt.Errorf("no declaration %q in the source", name)
}

// dedent takes one tab from the front of every line, and the blank lines from both ends.
func dedent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n\t "), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "\t")
	}
	return strings.Join(lines, "\n")
}
