package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/chargenote/chargenote/internal/ncci"
)

// tableFiles are the files of tables that are open, and what is wrong with the others, one line each.
type tableFiles struct {
	watch  io.Writer // where a person watches; nil where nobody does
	opened []*os.File
	faults []string
}

// open opens a table, which stays open for reading from any place. One that cannot be opened is a
// fault, so that all of them are told at once.
func (f *tableFiles) open(name string, side ncci.Side) ncci.Input {
	in := ncci.Input{Name: name, Side: side}
	file, size, problem := openTable(name)
	if problem != "" {
		f.faults = append(f.faults, name+": "+problem)
		return in
	}
	f.opened = append(f.opened, file)
	in.Data, in.Size = file, size
	if f.watch != nil {
		in.Data = &watched{from: file, begin: func() { fmt.Fprintf(f.watch, "reading %s (%d KiB)\n", name, (size+1023)>>10) }}
	}
	return in
}

// openTable opens a plain file, and says in words where there is none.
func openTable(name string) (file *os.File, size int64, problem string) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, 0, plainly(err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, "is not a file, give the table as CMS ships it: text, CSV, XLSX or zip"
	}
	if file, err = os.Open(name); err != nil {
		return nil, 0, plainly(err)
	}
	return file, info.Size(), ""
}

func (f *tableFiles) close() {
	for _, file := range f.opened {
		file.Close()
	}
}

// watched says once when the reading of a file begins.
type watched struct {
	from  io.ReaderAt
	begin func()
	once  sync.Once
}

func (w *watched) ReadAt(p []byte, offset int64) (int, error) {
	w.once.Do(w.begin)
	return w.from.ReadAt(p, offset)
}
