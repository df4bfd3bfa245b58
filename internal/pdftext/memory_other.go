//go:build !unix

package pdftext

// reserve takes zeroed bytes from Go's own memory.
func reserve(size int) []byte { return make([]byte, size) }

func release([]byte) {}
