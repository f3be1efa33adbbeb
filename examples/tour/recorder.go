package main

import (
	"context"
	"slices"
	"sync"

	"github.com/lucid-go/lucid"
)

// recorder keeps the statements that were sent. It is a lucid.QueryHook; preloads may run side by
// side, so it locks.
type recorder struct {
	mu   sync.Mutex
	sent []lucid.QueryEvent
}

var _ lucid.QueryHook = (*recorder)(nil)

// BeforeQuery has nothing to add to the context.
func (r *recorder) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }

// AfterQuery keeps a copy, because the event is the library's.
func (r *recorder) AfterQuery(_ context.Context, event *lucid.QueryEvent) {
	kept := *event
	kept.Args = slices.Clone(event.Args)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, kept)
}

// take returns what was sent since the last take.
func (r *recorder) take() []lucid.QueryEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}
