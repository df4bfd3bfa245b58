package pdftext_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/pdftext"
)

// reader is one for all tests, with its code kept where the program keeps it.
var reader = sync.OnceValue(func() *pdftext.Reader {
	return pdftext.New(cache())
})

// cache is where the code of the reader is kept for the tests, by the versions that it is made with: a test
// does not know them otherwise.
func cache() string {
	of, err := os.UserCacheDir()
	sums, read := os.ReadFile("../../go.sum")
	if errors.Join(err, read) != nil {
		return ""
	}
	of = filepath.Join(of, fmt.Sprintf("chargenote-test-%x", sha256.Sum256(append(sums, runtime.Version()...)))[:40])
	if os.MkdirAll(of, 0o700) != nil {
		return ""
	}
	return filepath.Join(of, "chargenote")
}

func read(data []byte) (pdftext.Text, error) { return reader().Read(context.Background(), data) }

// hostile gives a file half a second; narrow, two pages, and few letters and pieces.
var (
	hostile = sync.OnceValue(func() *pdftext.Reader { return pdftext.Within(cache(), time.Second/2, 0, 0, 0) })
	narrow  = sync.OnceValue(func() *pdftext.Reader { return pdftext.Within(cache(), 0, 2, 100, 10) })
)

// A PDF that takes too long is ended, one whose visit is left is ended too, and both leave the reader as it was.
func TestEnds(t *testing.T) {
	long := begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>").stream(4, "/Subtype/Form", strings.Repeat("/X Do ", 100)).ended()
	r := pdftext.Within(cache(), 300*time.Millisecond, 0, 0, 0)
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		start := time.Now()
		if _, err := r.Read(t.Context(), long); !errors.Is(err, pdftext.ErrRefused) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took < 300*time.Millisecond || took > 10*time.Second {
			t.Errorf("took %v", took)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Read(ctx, long); !errors.Is(err, pdftext.ErrBusy) {
		t.Errorf("when the visit is left: got %v", err)
	}
	if got, err := r.Read(t.Context(), page("BT /F 9 Tf (Note) Tj ET")); err != nil || got.Words != "Note\n" {
		t.Errorf("afterwards: got %q, %v", got.Words, err)
	}
}

// All PDFs of one visit share the time of one.
func TestVisit(t *testing.T) {
	long := begun("3 0 R").object(3, "<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>").stream(4, "/Subtype/Form", strings.Repeat("/X Do ", 100)).ended()
	r := pdftext.Within(cache(), time.Second, 0, 0, 0)
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := r.Visit(t.Context())
	if got, err := read(page("BT /F 9 Tf (Note) Tj ET")); err != nil || got.Words != "Note\n" {
		t.Errorf("got %q, %v", got.Words, err)
	}
	start := time.Now()
	for range 20 {
		if _, err := read(long); !errors.Is(err, pdftext.ErrRefused) {
			t.Errorf("got %v", err)
		}
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("twenty took %v", took)
	}
}

// Many at once wait for each other, none gets the words of another, and who does not wait is told so.
func TestAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			want := fmt.Sprintf("Note %d", i)
			if got, err := reader().Read(t.Context(), page("BT /F 9 Tf 72 700 Td ("+want+") Tj ET")); err != nil || got.Words != want+"\n" {
				t.Errorf("got %q, %v, want %q", got.Words, err, want)
			}
		})
	}
	all.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader().Read(ctx, page("")); !errors.Is(err, pdftext.ErrBusy) {
		t.Errorf("without time: got %v", err)
	}
}

// What is no PDF, or larger than any note, does not reach the reader, which is not even made for it.
func TestNotEvenBegun(t *testing.T) {
	r := pdftext.New("")
	for want, data := range map[error][]byte{
		pdftext.ErrDamaged: []byte("PDF"),
		pdftext.ErrRefused: append([]byte("%PDF-1.4\n"), make([]byte, 32<<20)...),
	} {
		start := time.Now()
		if _, err := r.Read(t.Context(), data); !errors.Is(err, want) || time.Since(start) > time.Second {
			t.Errorf("got %v after %v, want %v", err, time.Since(start), want)
		}
	}
}

// Code that is kept and broken is made anew, and kept.
func TestBrokenCache(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the reader's code")
	}
	if err := reader().Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole, err := filepath.Glob(filepath.Join(cache(), "wazero-*", "*"))
	if err != nil || len(whole) == 0 {
		t.Skipf("no code is kept on this machine: %v", err)
	}
	directory := filepath.Join(t.TempDir(), "kept")
	for _, each := range whole {
		broken := filepath.Join(directory, filepath.Base(filepath.Dir(each)), filepath.Base(each))
		if err := errors.Join(os.MkdirAll(filepath.Dir(broken), 0o700), os.WriteFile(broken, []byte("broken"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := pdftext.New(directory).Read(t.Context(), page("BT /F 9 Tf (Note) Tj ET")); err != nil || got.Words != "Note\n" {
		t.Errorf("got %q, %v", got.Words, err)
	}
	kept, _ := filepath.Glob(filepath.Join(directory, "wazero-*", "*"))
	if len(kept) != 1 {
		t.Fatalf("kept %q", kept)
	}
	if about, err := os.Stat(kept[0]); err != nil || about.Size() < 1<<20 {
		t.Errorf("not made anew: %v", err)
	}
}

// Code is kept only where nobody else can write: what is kept is run.
func TestWhereCodeIsKept(t *testing.T) {
	for _, tt := range []struct {
		name         string
		above, own   os.FileMode // 0: not there
		kept, create bool
	}{
		{"a directory of our own", 0o700, 0o700, true, false},
		{"one that others may read", 0o755, 0o755, true, false},
		{"one to be made", 0o700, 0, true, true},
		{"one to be made with the one above it", 0, 0, true, true},
		{"one of everybody", 0o700, 0o777, false, false},
		{"one of a group", 0o700, 0o770, false, false},
		{"one in a directory of everybody", 0o777, 0o700, false, false},
	} {
		above := filepath.Join(t.TempDir(), "above")
		own := filepath.Join(above, "own")
		for _, each := range []struct {
			path string
			mode os.FileMode
		}{{above, tt.above}, {own, tt.own}} {
			if each.mode != 0 {
				if err := errors.Join(os.Mkdir(each.path, 0o700), os.Chmod(each.path, each.mode)); err != nil {
					t.Fatal(err)
				}
			}
		}
		pdftext.OpenCache(own)
		if kept, _ := filepath.Glob(filepath.Join(own, "*")); (len(kept) > 0) != tt.kept {
			t.Errorf("%s: kept %q", tt.name, kept)
		}
		if tt.create {
			if about, err := os.Stat(own); err != nil || about.Mode().Perm() != 0o700 {
				t.Errorf("%s: %v, %v", tt.name, about, err)
			}
		}
	}
	far := filepath.Join(t.TempDir(), "not", "there")
	if pdftext.OpenCache(filepath.Join(far, "own")); exists(far) {
		t.Error("directories were made where there is no home")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pdftext.OpenCache(file) // is done without
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// What the sandboxes take from the machine comes back with each file.
func TestMemoryComesBack(t *testing.T) {
	before := mapped(t)
	for range 20 {
		if _, err := reader().Read(t.Context(), page("BT /F 9 Tf (Note) Tj ET")); err != nil {
			t.Fatal(err)
		}
	}
	if grown := mapped(t) - before; grown > 512<<10 {
		t.Errorf("%d MiB more than before", grown>>10)
	}
}

// mapped is how much the process has of its address space, in KiB.
func mapped(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("there is no /proc here")
	}
	_, rest, _ := strings.Cut(string(status), "VmSize:")
	var size int
	if _, err := fmt.Sscan(rest, &size); err != nil {
		t.Fatal(err)
	}
	return size
}
