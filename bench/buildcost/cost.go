package buildcost

import (
	"context"
	"slices"
	"time"
)

// A Cost is what the builds of one program cost. The times are CPU seconds, one for each round.
type Cost struct {
	Library Library
	Models  int

	Model, Query, Vet []float64
	Bytes             int64
}

// add takes the times of one round.
func (c *Cost) add(ctx context.Context, p *Program) error {
	for _, sample := range []struct {
		of      *[]float64
		touched string
		command func(context.Context) (time.Duration, error)
	}{
		{&c.Model, aModel, p.Build},
		{&c.Query, queries, p.Build},
		{&c.Vet, aModel, p.Vet},
	} {
		if err := p.touch(sample.touched); err != nil {
			return err
		}
		cpu, err := sample.command(ctx)
		if err != nil {
			return err
		}
		*sample.of = append(*sample.of, cpu.Seconds())
	}
	return nil
}

// Median is the middle of the rounds; 0 where there were none.
func Median(samples []float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
