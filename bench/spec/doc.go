// Package spec says what is measured: the data, the works that every peer does on it, and what a
// right result of each is. It knows neither the peers nor the databases.
package spec
