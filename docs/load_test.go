package docs_test

import (
	"testing"

	"github.com/chargenote/chargenote/docs"
)

func TestBuiltinRulesLoad(t *testing.T) {
	rules, err := docs.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if v := rules.Version(); v.Version == "" || len(v.Digest) != len("sha256:")+64 {
		t.Errorf("got version %+v, want a version and a digest", v)
	}
}
