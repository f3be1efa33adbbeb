// Package command is what the commands of this module have in common.
package command

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

// Main runs a command and exits with 1 if it fails. An interrupt cancels the context, so that the command ends in
// order and removes what it made.
func Main(name string, run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// List is a flag with values separated by commas; nil for "".
func List(flag string) []string {
	if flag == "" {
		return nil
	}
	return strings.Split(flag, ",")
}
