package lucid

func retryable(err error) bool { return false }
