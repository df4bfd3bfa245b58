package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fewestSeeds is how many inputs a fuzz target must begin from, so that it is about something.
const fewestSeeds = 3

// fuzzTargets are the fuzz targets of the tree by the folder of their package.
func fuzzTargets(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	targets := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				folder := "./" + strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../../")
				targets[folder] = append(targets[folder], f.Name.Name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return targets
}

var seedRun = regexp.MustCompile(`(?m)^\s+--- PASS: (Fuzz\w+)/`)

// Every fuzz target has seeds, in its code or committed beside it: the seeds are run and counted.
func TestFuzzTargetsHaveSeeds(t *testing.T) {
	targets := fuzzTargets(t)
	if len(targets) == 0 {
		t.Fatal("no fuzz target was found: is the tree where it was?")
	}
	for folder, names := range targets {
		command := exec.CommandContext(t.Context(), "go", "test", folder, "-run", "^("+strings.Join(names, "|")+")$", "-v")
		command.Dir = filepath.Join("..", "..")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("the seeds of %s do not pass: %v\n%s", folder, err, out)
			continue
		}
		seeds := map[string]int{}
		for _, match := range seedRun.FindAllSubmatch(out, -1) {
			seeds[string(match[1])]++
		}
		slices.Sort(names)
		for _, name := range names {
			if seeds[name] < fewestSeeds {
				t.Errorf("%s of %s has %d seeds, want at least %d: add them with f.Add, or commit some under testdata/fuzz/%s", name, folder, seeds[name], fewestSeeds, name)
			}
		}
	}
}
