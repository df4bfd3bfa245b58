package integration

import (
	"os"
	"testing"
)

// unable ends a test that this machine cannot run: aloud on a person's machine, as a failure in CI.
func unable(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
