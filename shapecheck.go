//go:build lucid_checkshapes

package lucid

import (
	"fmt"
	"slices"
	"sync"
)

// checkShapes has each statement that is kept for its shape compared with one made anew. The tests run so: where a
// clause is in the statement and not in the statement key, two queries have one shape and the second gets the SQL of
// the first.
const checkShapes = true

var (
	sharedMu sync.Mutex
	shared   = map[*dialect]*statementCache{}
)

// sharedStatements is one cache for all handles on databases of a kind, so that all queries of a test program meet.
func sharedStatements(d *dialect) *statementCache {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if shared[d] == nil {
		shared[d] = &statementCache{}
	}
	return shared[d]
}

// mustEqualFresh panics if what is kept differs from what is made anew.
func mustEqualFresh(kept *statement, keptPlan any, build func() (*statement, any, error)) {
	fresh, freshPlan, err := build()
	if err != nil {
		panic(fmt.Sprintf("lucid: a shape is kept for a query that cannot be built: %v\n%s", err, kept.sql))
	}
	if kept.sql != fresh.sql || !slices.EqualFunc(kept.args, fresh.args, sameArg) {
		panic(fmt.Sprintf("lucid: two statements of one shape:\n%s %v\n%s %v", kept.sql, kept.args, fresh.sql, fresh.args))
	}
	if a, ok := keptPlan.(*scanPlan); ok && describePlan(a) != describePlan(freshPlan.(*scanPlan)) {
		panic(fmt.Sprintf("lucid: two plans of one shape:\n%s\n%s\n%s",
			kept.sql, describePlan(a), describePlan(freshPlan.(*scanPlan))))
	}
}

// describePlan is what a plan does with a row, as text.
func describePlan(p *scanPlan) string {
	text := fmt.Sprintf("%s %p track=%t times=%q tail=%t few=%d", p.model.name, p.dialect, p.track, p.times, p.tail, p.few)
	if p.partial != nil {
		text += fmt.Sprint(p.partial.has)
	}
	for _, t := range p.targets {
		text += fmt.Sprintf(" %s/%t/%d/%t/%t", t.name, t.col != nil, t.extra, t.conv != nil, t.own)
	}
	return text
}
