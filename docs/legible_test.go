package docs_test

import (
	"testing"

	"github.com/chargenote/chargenote/docs"
)

func TestLegible(t *testing.T) {
	for _, tt := range []struct{ name, given, want string }{
		{"nothing to do", "Zoë Müller, “CBT” 47 min", "Zoë Müller, “CBT” 47 min"},
		{"joiners of scripts and emoji stay", "می\u200cخواهم 👩\u200d⚕", "می\u200cخواهم 👩\u200d⚕"},
		{"escape sequence", "\x1b[31mred", "\ufffd[31mred"},
		{"the same in one character", "\u009b31mred", "\ufffd31mred"},
		{"bell, backspace, null", "a\x07\x08\x00b", "a\ufffd\ufffd\ufffdb"},
		{"line ends", "one\ntwo\r\u2028\u2029\u0085", "one\ufffdtwo\ufffd\ufffd\ufffd\ufffd"},
		{"direction of writing", "\u202eabc\u202c\u2066d\u2069", "\ufffdabc\ufffd\ufffdd\ufffd"},
		{"unseen", "\ufeffa\u200bb\U000e0041", "\ufffda\ufffdb\ufffd"},
	} {
		if got := docs.Legible(tt.given); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
