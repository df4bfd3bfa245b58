package pdftext

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// openCache opens the directory in which code is kept. Where there is none, or others could put code into
// it, which would be run, code is kept in memory alone.
func openCache(directory string) wazero.CompilationCache {
	if directory != "" && onlyOurs(filepath.Dir(directory)) && onlyOurs(directory) {
		if cache, err := wazero.NewCompilationCacheWithDir(directory); err == nil {
			return cache
		}
	}
	return wazero.NewCompilationCache()
}

// onlyOurs reports whether a directory is there, or can be made where the one above it is, and nobody else
// may write to it.
func onlyOurs(directory string) bool {
	if err := os.Mkdir(directory, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return false
	}
	about, err := os.Stat(directory)
	return err == nil && about.IsDir() && about.Mode().Perm()&0o022 == 0
}

// emptyCache removes what is kept, where it cannot be used.
func emptyCache(directory string) {
	kept, err := filepath.Glob(filepath.Join(directory, "wazero-*"))
	if directory == "" || err != nil {
		return
	}
	for _, each := range kept {
		_ = os.RemoveAll(each)
	}
}
