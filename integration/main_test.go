package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the built chargenote, as people run it.
var program string

// buildFlags are what go build gets beside the output; with the race detector on, -race.
var buildFlags []string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "chargenote-integration-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "integration:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "chargenote")
	build := exec.Command("go", append(append([]string{"build"}, buildFlags...), "-o", program, "../cmd/chargenote")...)
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "integration: the program does not build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
