package buildcost

import "strings"

// A model is what the templates are told of one model. The models are a ring: each has many of the
// next one, and belongs to the one before it.
type model struct {
	Name, Table    string
	Previous, Next string // models
	PreviousKey    string // the column that holds the key of the previous model
	NextKey        string // the column of the next model that holds the key of this one
}

// ring is so many models.
func ring(n int) []model {
	out := make([]model, n)
	for i := range out {
		name, previous, next := nameOf(i), nameOf((i+n-1)%n), nameOf((i+1)%n)
		out[i] = model{
			Name: name, Table: snake(name) + "s",
			Previous: previous, PreviousKey: snake(previous) + "_id",
			Next: next, NextKey: snake(name) + "_id",
		}
	}
	return out
}

const (
	tens = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	ones = "bcdgklmnpr" // all libraries add an s to them for the plural
)

// mostModels is how many names there are.
const mostModels = len(tens) * len(ones)

// nameOf is the name of a model, counted from 0: ItemAb, ItemAc. It has letters only, since libraries do
// not agree on the table of Item1.
func nameOf(i int) string { return "Item" + tens[i/len(ones):][:1] + ones[i%len(ones):][:1] }

// snake is such a name as it stands in the database: item_ab.
func snake(name string) string { return "item_" + strings.ToLower(name[len("Item"):]) }
