package buildcost

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// ran is a command that ended well.
type ran struct {
	output string
	cpu    time.Duration // in user and system mode, of the command and of all that it waited for
}

// run runs a command in the directory of the program. The go command waits for the compilers and the
// linker that it starts, so their time is in its own.
func (p *Program) run(ctx context.Context, name string, args ...string) (ran, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Env = append(cmd.Env, p.env...)
	var output, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &complaints
	if err := cmd.Run(); err != nil {
		return ran{}, fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, &output, &complaints)
	}
	return ran{output.String(), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}
