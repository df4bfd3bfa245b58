package web

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/mux"
)

// TestRoutesOfALaunchAreListed keeps testdata/launch-routes.txt, every route of an open chart, true to the
// router. The black-box tests cross two charts on each of the list, so a route cannot be new unseen.
func TestRoutesOfALaunchAreListed(t *testing.T) {
	router, ok := newWorld(t).server.routes().(*mux.Router)
	if !ok {
		t.Fatal("the routes are no router that can be walked")
	}
	var routes []string
	err := router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		if !strings.Contains(path, "{launch}") {
			return nil // of no launch, so of no chart
		}
		methods, err := route.GetMethods()
		if err != nil {
			t.Errorf("%s answers every method: name those that it is for", path)
		}
		for _, method := range methods {
			if method != http.MethodHead {
				routes = append(routes, method+" "+path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(routes)
	file, got := filepath.Join("testdata", "launch-routes.txt"), strings.Join(routes, "\n")+"\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("the routes are\n%s\nand not those of %s; if they should be, run with -update", got, file)
	}
}
