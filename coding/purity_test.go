package coding_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The same facts must give the same bytes anywhere: nothing below this package may reach a network,
// a process or a database. See the import rules of the house.
func TestPurity(t *testing.T) {
	for _, of := range []string{".", "../internal/effective"} {
		listed, err := exec.Command("go", "list", "-deps", of).Output()
		if err != nil {
			t.Fatalf("go list -deps %s: %v", of, err)
		}
		imports := strings.Fields(string(listed))
		if len(imports) < 5 {
			t.Fatalf("go list -deps %s lists only %v", of, imports)
		}
		for _, forbidden := range []string{"net", "net/http", "os/exec", "database/sql"} {
			if slices.Contains(imports, forbidden) {
				t.Errorf("%s depends on %s; rules are pure, fetch before and pass facts", of, forbidden)
			}
		}
	}
}
