// Package keys_test tests relations by keys of every type: integers, texts, uuids, keys of one's own, null, collated and composite.
package keys_test
