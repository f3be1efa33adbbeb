package spec

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"time"
)

// walk adds what a peer returned: pointers to structs of the peer's own, or slices of them. A struct
// is known by its name, which is the singular of its table's, its columns by the names of the fields of
// the rows in data.go, and what was loaded with it by the names in relations. That is what every peer
// calls them anyway, or generates; so verification is written once.
func (d *Digest) walk(result any) { d.walkRows(reflect.ValueOf(result), 0) }

// relations leads downwards only: some peers set the way back to the parent as well.
var relations = map[string][]string{
	"User":    {"Profile", "Posts", "Skills", "SkillUsers"},
	"Post":    {"Comments"},
	"Comment": {"User"},
}

func (d *Digest) walkRows(v reflect.Value, parent int64) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			d.walkRows(v.Index(i), parent)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			d.walkRow(v.Elem(), parent)
		}
	}
}

func (d *Digest) walkRow(v reflect.Value, parent int64) {
	name := v.Type().Name()
	switch name {
	case "User":
		if parent != 0 {
			d.Author(parent, neutral[User](v))
			return
		}
		d.User(neutral[User](v))
	case "Profile":
		d.Profile(parent, neutral[Profile](v))
	case "Post":
		d.Post(parent, neutral[Post](v))
	case "Comment":
		d.Comment(parent, neutral[Comment](v))
	case "Skill":
		d.Skill(parent, neutral[Skill](v))
	case "SkillUser": // the pivot row, where the skill is loaded with it
		pivot, skill := neutral[Pivot](v), neutral[Skill](reflect.Indirect(related(v, "Skill")))
		skill.Proficiency = pivot.Proficiency
		d.Skill(parent, skill)
	default:
		panic("no table has rows called " + name)
	}
	for _, relation := range relations[name] {
		if rows := related(v, relation); rows.IsValid() {
			d.walkRows(rows, v.FieldByName("ID").Int())
		}
	}
}

// related is the field of a relation. Generators keep it in a struct of its own, called Edges or R.
func related(v reflect.Value, name string) reflect.Value {
	for _, inside := range []string{"Edges", "R"} {
		if f := reflect.Indirect(v.FieldByName(inside)); f.IsValid() && f.Kind() == reflect.Struct {
			return f.FieldByName(name)
		}
	}
	return v.FieldByName(name)
}

// neutral copies the fields that a peer's row has into a row of data.go.
func neutral[R any](v reflect.Value) R {
	var row R
	to := reflect.ValueOf(&row).Elem()
	for i := range to.NumField() {
		if from := v.FieldByName(to.Type().Field(i).Name); from.IsValid() {
			assign(to.Field(i), from)
		}
	}
	return row
}

// assign copies a value; NULL, however a peer keeps it, is zero.
func assign(to, from reflect.Value) {
	value := from.Interface()
	if valuer, ok := value.(driver.Valuer); ok {
		value, _ = valuer.Value()
	} else if from.Kind() == reflect.Pointer {
		if from.IsNil() {
			return
		}
		value = from.Elem().Interface()
	}
	switch value := value.(type) {
	case nil:
	case time.Time:
		to.SetInt(value.Unix())
	default:
		v := reflect.ValueOf(value)
		if !v.CanConvert(to.Type()) {
			panic(fmt.Sprintf("a %T is no %s", value, to.Type()))
		}
		to.Set(v.Convert(to.Type()))
	}
}

// keys is the generated keys of what a peer inserted: one row, or a slice of them.
func keys(result any) []int64 {
	v := reflect.ValueOf(result)
	if v.Kind() == reflect.Pointer {
		return []int64{v.Elem().FieldByName("ID").Int()}
	}
	out := make([]int64, v.Len())
	for i := range out {
		out[i] = v.Index(i).Elem().FieldByName("ID").Int()
	}
	return out
}
