package coding_test

import (
	"os"
	"testing"

	"github.com/chargenote/chargenote/coding"
)

// BenchmarkLoad is reading the whole rule pack, which every command does once.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := coding.Load(os.DirFS("."), "rules"); err != nil {
			b.Fatal(err)
		}
	}
}
