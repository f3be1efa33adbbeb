// Package declare_test tests what a program declares: models, their columns and relations, registering them, the messages of
// what is declared wrongly, and what does not compile. The errors that all areas return are here too.
package declare_test
