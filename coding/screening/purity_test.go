package screening_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The same answers must give the same result anywhere: nothing below this package may reach a
// network, a process or a database, nor the rules that read its results.
func TestPurity(t *testing.T) {
	listed, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list -deps: %v", err)
	}
	imports := strings.Fields(string(listed))
	if len(imports) < 5 {
		t.Fatalf("go list -deps lists only %v", imports)
	}
	for _, forbidden := range []string{"net", "net/http", "os/exec", "database/sql", "github.com/chargenote/chargenote/coding"} {
		if slices.Contains(imports, forbidden) {
			t.Errorf("screening depends on %s; it is pure, fetch before and pass answers", forbidden)
		}
	}
}
