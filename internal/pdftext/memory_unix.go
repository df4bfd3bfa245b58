//go:build unix

package pdftext

import "syscall"

// reserve takes zeroed bytes from the machine; nil where it has none.
func reserve(size int) []byte {
	all, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return all
}

func release(all []byte) {
	if all != nil {
		_ = syscall.Munmap(all)
	}
}
