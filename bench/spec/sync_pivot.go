package spec

// SyncPivot makes the skills of SyncUser those of SyncSkills(i), with their proficiency.
var SyncPivot = &Work{
	Name:   "sync_pivot",
	About:  "the 10 skills of a user replaced: 5 detached, 5 attached, 5 with another proficiency",
	Writes: true,
	state: func(out *Digest, _ *Data, n int, _ []int64) {
		out.Post(0, firstEvent())
		for _, p := range SyncSkills(n - 1) {
			out.Pivot(p)
		}
	},
}

// SyncSkills is what iteration i of sync_pivot leaves. Two sets take turns, so that each time rows
// go, rows come and rows change.
func SyncSkills(i int) []Pivot { return syncSkills[i%2] }

var syncSkills = [2][]Pivot{syncSet(1, "Novice"), syncSet(6, "Master")}

func syncSet(from int64, proficiency string) []Pivot {
	var set []Pivot
	for id := from; id < from+10; id++ {
		set = append(set, Pivot{SyncUser, id, proficiency})
	}
	return set
}
