package testdb

import (
	"strings"
	"sync"
	"testing"
)

const (
	// mostTests is how many tests use a server at once, each with a pool of poolSize.
	mostTests = 16
	// areas is how many packages of tests there are; go test runs as many of them at once as there are processors.
	areas = 12
)

// turns is whose turn it is to use a server, among the tests of one package.
type turns struct {
	free    chan struct{}
	mu      sync.Mutex
	holders map[string]bool // by the names of tests
}

func newTurns(n int) *turns {
	return &turns{free: make(chan struct{}, n), holders: map[string]bool{}}
}

// take waits for a turn, which ends with the test. A test that has one, or is part of one that has, does not wait: it
// would be for itself.
func (s *turns) take(t testing.TB) {
	t.Helper()
	if s.holds(t.Name()) {
		return
	}
	s.free <- struct{}{}
	s.mu.Lock()
	s.holders[t.Name()] = true
	s.mu.Unlock()
	t.Cleanup(func() {
		s.mu.Lock()
		delete(s.holders, t.Name())
		s.mu.Unlock()
		<-s.free
	})
}

func (s *turns) holds(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.holders[name] {
			return true
		}
		parent := strings.LastIndexByte(name, '/')
		if parent < 0 {
			return false
		}
		name = name[:parent]
	}
}
