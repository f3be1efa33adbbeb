// Package connect_test tests opening handles, what a handle does with its connections, transactions and prepared statements.
package connect_test
