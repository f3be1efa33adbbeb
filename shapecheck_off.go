//go:build !lucid_checkshapes

package lucid

// checkShapes has each statement that is kept for its shape compared with one made anew. It is for tests.
const checkShapes = false

func sharedStatements(*dialect) *statementCache { return nil }

func mustEqualFresh(*statement, any, func() (*statement, any, error)) {}
