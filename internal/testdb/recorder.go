package testdb

import (
	"context"
	"slices"
	"sync"

	"github.com/lucid-go/lucid"
)

// Recorder is a hook that remembers what was sent.
type Recorder struct {
	mu     sync.Mutex
	events []lucid.QueryEvent
}

// BeforeQuery leaves the statement as it is.
func (r *Recorder) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }

// AfterQuery remembers the statement.
func (r *Recorder) AfterQuery(_ context.Context, e *lucid.QueryEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, *e)
}

// Reset forgets what was sent so far.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = nil
}

// Events is the statements, in order.
func (r *Recorder) Events() []lucid.QueryEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// Of is the statements sent for a path, in order.
func (r *Recorder) Of(path string) []lucid.QueryEvent {
	return slices.DeleteFunc(r.Events(), func(e lucid.QueryEvent) bool { return e.Path != path })
}

// Paths is what each statement was for, in order.
func (r *Recorder) Paths() []string {
	out := []string{}
	for _, e := range r.Events() {
		out = append(out, e.Path)
	}
	return out
}

// Last is the last statement.
func (r *Recorder) Last() lucid.QueryEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events[len(r.events)-1]
}
