package demoehr_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestSharesNoCodeWithTheApp keeps the two sides of the wire apart: what the app is tested against
// must not repeat the app's own mistakes.
func TestSharesNoCodeWithTheApp(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	const module = "github.com/chargenote/chargenote/"
	for _, dependency := range strings.Fields(string(out)) {
		if strings.HasPrefix(dependency, module) && dependency != module+"internal/demoehr" {
			t.Errorf("the demo EHR depends on %s, which is tested against it", dependency)
		}
	}
}
