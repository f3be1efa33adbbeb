package lucid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Sibling preloads on database/sql, which cannot send a batch: each preload gets a connection of its own, if the
// pool has enough. 500 users with three relations take 0.9 of the time on two cores. With a distant server they
// take one round trip instead of three.

// spacious is a conn that can send several statements at once, on a connection each.
type spacious interface {
	// spare returns how many connections are available. Using them makes nobody wait, and opens no connection that
	// is closed at once.
	spare(want int) int
}

// readConcurrently is readAll, but may send statements of different groups at the same time. The statements of one
// group keep their order.
func (s *session) readConcurrently(
	ctx context.Context, sts []*statement, lanes []int, read func(i int, r rows) error,
) (int, error) {
	count := 0
	for _, lane := range lanes {
		count = max(count, lane+1)
	}
	workers := 1
	if c, ok := s.conn.(spacious); ok && count > 1 {
		workers = c.spare(count)
	}
	if workers < 2 {
		return s.readAll(ctx, sts, read)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l := concurrentReader{
		s: s, sts: sts, lanes: lanes, count: count, read: read, cancel: cancel,
		errs: make([]error, len(sts)), sent: make([]bool, len(sts)),
	}
	l.observe(ctx)
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(l.work)
	}
	l.work()
	wg.Wait()
	return l.outcome()
}

// concurrentReader is one call of readConcurrently.
type concurrentReader struct {
	s      *session
	sts    []*statement
	lanes  []int
	count  int // of groups
	read   func(i int, r rows) error
	cancel func()

	ctxs  []context.Context
	dones []*watch
	next  atomic.Int64 // the next group that nobody has taken
	errs  []error      // of each statement
	sent  []bool

	mu       sync.Mutex
	panicked any
}

// observe tells the hooks of all statements, in order. The hooks also learn the results in order, after all have
// come. So no two goroutines call a hook.
func (l *concurrentReader) observe(ctx context.Context) {
	for _, st := range l.sts {
		own, done := l.s.observe(ctx, st)
		if done != nil {
			done.held = true
		}
		l.ctxs, l.dones = append(l.ctxs, own), append(l.dones, done)
	}
}

// work reads groups until none is left. If a Scanner panics, outcome continues the panic.
func (l *concurrentReader) work() {
	finished := false
	defer func() {
		if finished {
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.panicked = recover(); l.panicked == nil {
			l.panicked = errors.New("lucid: a Scanner ended its goroutine")
		}
		l.cancel()
	}()
	for lane := int(l.next.Add(1)) - 1; lane < l.count; lane = int(l.next.Add(1)) - 1 {
		l.readLane(lane)
	}
	finished = true
}

func (l *concurrentReader) readLane(lane int) {
	for i, st := range l.sts {
		if l.lanes[i] != lane {
			continue
		}
		l.sent[i] = true
		r, err := l.s.watched(l.ctxs[i], st, l.dones[i])
		if err == nil {
			err = closing(l.ctxs[i], r, func(r rows) error { return l.read(i, r) })
		}
		if l.errs[i] = err; err != nil {
			l.cancel()
			return
		}
	}
}

// outcome returns which statement failed and why. It prefers a failed statement to one that was stopped because
// another failed.
func (l *concurrentReader) outcome() (int, error) {
	for i, done := range l.dones {
		if done == nil {
			continue
		}
		if !l.sent[i] {
			done.tell(0, context.Canceled)
		}
		done.after()
	}
	if l.panicked != nil {
		panic(l.panicked)
	}
	at := -1
	for i, err := range l.errs {
		if err != nil && (at < 0 || errors.Is(l.errs[at], context.Canceled) && !errors.Is(err, context.Canceled)) {
			at = i
		}
	}
	if at < 0 {
		return 0, nil
	}
	return at, l.errs[at]
}
