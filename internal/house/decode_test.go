package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// decodes are the only functions that may decode JSON in the packages that read what came from outside,
// each with the reason why what it decodes is bounded and unambiguous by then. Everything else goes
// through fhir.view and fhir.decode, or comes from smart's fetch, which has looked at it.
var decodes = map[string]map[string]string{
	"fhir": {
		"view":          "the walk by the keys of the type comes first",
		"decodeAnew":    "after the guard and the normaliser",
		"treeOf":        "after the guard; a tree has no fields that a key could be taken for",
		"walker.string": "one text, within the walk itself",
		"isCode":        "a code that the program quotes itself",
		"syntax":        "to say where a file is no JSON; what it decodes is thrown away",
	},
	"smart": {
		"ehr.discover":         "fetched by careful, which lets only plain JSON through",
		"ehr.discoverIdentity": "fetched by careful, which lets only plain JSON through",
		"ehr.fetchKeys":        "fetched by careful, which lets only plain JSON through",
		"plain":                "the look for keys that stand twice; it reads tokens and keeps nothing",
		"ehr.identify":         "the claims of an id_token whose payload was plain when its signature was verified",
	},
}

// decoders are the calls that turn JSON into values.
var decoders = []string{"Unmarshal", "NewDecoder", "UnmarshalJSON", "Claims"}

func TestOutsideJSONIsDecodedBehindTheGuard(t *testing.T) {
	for folder, allowed := range decodes {
		found := map[string]bool{}
		for name, function := range functionsOf(t, filepath.Join("..", "..", folder)) {
			for _, call := range decodingCalls(function) {
				found[name] = true
				if allowed[name] == "" {
					t.Errorf("%s: %s calls %s: what came from outside is decoded by fhir.view or fhir.decode alone (smart: what fetch gave), "+
						"else a key that stands twice, or by another case, is read as the last reader likes", folder, name, call)
				}
			}
		}
		for name, why := range allowed {
			if why != "" && !found[name] {
				t.Errorf("%s: %s decodes nothing any more: take it out of the table", folder, name)
			}
		}
	}
}

// functionsOf are the functions of a package without its tests, methods as Type.name.
func functionsOf(t *testing.T, folder string) map[string]*ast.FuncDecl {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no source in %s: %v", folder, err)
	}
	functions := map[string]*ast.FuncDecl{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok {
				functions[nameOf(function)] = function
			}
		}
	}
	return functions
}

func nameOf(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	if name, ok := receiver.(*ast.Ident); ok {
		return name.Name + "." + function.Name.Name
	}
	return function.Name.Name
}

func decodingCalls(function *ast.FuncDecl) []string {
	var calls []string
	ast.Inspect(function, func(node ast.Node) bool {
		if selected, ok := node.(*ast.SelectorExpr); ok && slices.Contains(decoders, selected.Sel.Name) {
			calls = append(calls, selected.Sel.Name)
		}
		return true
	})
	return calls
}
