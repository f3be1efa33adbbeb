// Package pivot_test tests the rows of pivot tables: attach, detach, sync and toggle.
package pivot_test
