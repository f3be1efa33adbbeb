// Package filter_test tests asking for rows by what they are related to, counts and aggregates of related rows, and queries of a
// relation; with what the library that this one is modelled on gets wrong.
package filter_test
