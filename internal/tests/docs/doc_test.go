// Package docs_test tests the pages of the documentation: their Go, the programs, the statements, the tables, the messages and links.
package docs_test
