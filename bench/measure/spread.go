package measure

import (
	"slices"
	"time"
)

// A Spread is a median and the quartiles around it.
type Spread struct{ Lower, Median, Upper float64 }

// IQR is the distance between the quartiles.
func (s Spread) IQR() float64 { return s.Upper - s.Lower }

func summarize[S any](samples []S, value func(i int) float64) Spread {
	if len(samples) == 0 {
		return Spread{}
	}
	values := make([]float64, len(samples))
	for i := range samples {
		values[i] = value(i)
	}
	slices.Sort(values)
	return Spread{quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)}
}

// quantile interpolates between the two values around a place.
func quantile(sorted []float64, q float64) float64 {
	place := q * float64(len(sorted)-1)
	i := int(place)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (place-float64(i))*(sorted[i+1]-sorted[i])
}

// Duration writes nanoseconds in three digits.
func Duration(ns float64) string {
	d := time.Duration(ns)
	for unit := time.Duration(1); ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
}
