package effective

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// A FieldError is one fault of a rule file.
type FieldError struct {
	File    string
	Line    int // counted from 1; 0 where the fault is of the whole file
	Column  int // counted from 1
	Problem string
}

// Error writes the fault as FILE:LINE:COLUMN: problem.
func (e *FieldError) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Problem)
	case e.File == "":
		return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Problem)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
}

// A File is one decoded rule file with its name, which is the id of the rule.
type File[T any] struct {
	Name    string // base name without .yaml
	Value   T
	Content []byte // as it was read, for the place of a fault
}

// At is a fault of the file at the value under the keys; see Locate.
func At(file string, content []byte, problem string, keys ...string) *FieldError {
	fault := &FieldError{File: file, Problem: problem}
	if len(keys) > 0 {
		fault.Line, fault.Column = Locate(content, keys...)
	}
	return fault
}

// LoadDir decodes every .yaml file directly in dir, in order of name. Unknown fields, keys listed
// twice and values of the wrong type are refused; all faults of all files are returned at once.
func LoadDir[T any](fsys fs.FS, dir string) ([]File[T], error) {
	return loadDir[T](context.Background(), fsys, dir)
}

// LoadDirOver is LoadDir for files that lie over others: values may begin with an end, which is that of
// what lies below.
func LoadDirOver[T any](fsys fs.FS, dir string) ([]File[T], error) {
	return loadDir[T](context.WithValue(context.Background(), liesOver{}, true), fsys, dir)
}

// liesOver is the key under which a decoder knows that a file lies over others.
type liesOver struct{}

func loadDir[T any](ctx context.Context, fsys fs.FS, dir string) ([]File[T], error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	var files []File[T]
	var faults []error
	for _, entry := range entries {
		if entry.IsDir() || path.Ext(entry.Name()) != ".yaml" {
			continue
		}
		name := path.Join(dir, entry.Name())
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("read rules: %w", err))
			continue
		}
		var value T
		if err := decode(ctx, content, name, &value); err != nil {
			faults = append(faults, err)
			continue
		}
		files = append(files, File[T]{Name: strings.TrimSuffix(entry.Name(), ".yaml"), Value: value, Content: content})
	}
	return files, errors.Join(faults...)
}

// Decode reads one YAML document strictly into value: unknown fields, keys listed twice and
// values of the wrong type are faults, each a *FieldError that carries file, line and column.
func Decode(content []byte, file string, value any) error {
	return decode(context.Background(), content, file, value)
}

func decode(ctx context.Context, content []byte, file string, value any) error {
	if err := yaml.UnmarshalContext(ctx, content, value, yaml.Strict()); err != nil {
		return errors.Join(inFile(file, err)...)
	}
	return nil
}

// inFile turns what the YAML library says into faults with file, line and column.
func inFile(file string, err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, inFile(file, e)...)
		}
		return all
	}
	var field *FieldError
	if errors.As(err, &field) {
		return []error{&FieldError{File: file, Line: field.Line, Column: field.Column, Problem: field.Problem}}
	}
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		at := syntax.GetToken().Position
		return []error{&FieldError{File: file, Line: at.Line, Column: at.Column, Problem: syntax.GetMessage()}}
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return []error{&FieldError{File: file, Problem: first}}
}

// SortedKeys is the keys of m in order; rule data is always walked in order, so that the same
// facts give the same bytes.
func SortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
