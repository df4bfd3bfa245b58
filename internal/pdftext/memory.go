package pdftext

import "github.com/tetratelabs/wazero/experimental"

// A memory is that of one instance: as many bytes as it may ever have, of which the machine gives only
// those that are touched. It is outside of what Go's collector counts and comes back as soon as the file
// is read; grown piece by piece within, it would leave several times its size to be collected.
type memory struct{ all []byte }

func allocate(_, most uint64) experimental.LinearMemory {
	return &memory{reserve(int(min(most, memoryPages<<16)))}
}

// Reallocate gives the first bytes, and none where there are not as many.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	return m.all[:size]
}

// Free gives the bytes back. The library calls it once nothing runs in the instance.
func (m *memory) Free() {
	release(m.all)
	m.all = nil
}
