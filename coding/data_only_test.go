package coding

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Everything about a code is data: no code, no modifier of a rule file and no day stands in Go, but
// in examples that an error gives.
func TestNothingAboutACodeIsInGo(t *testing.T) {
	rules, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	modifiers := map[string]bool{"59": true, "25": true, "95": true, "93": true, "FQ": true, "GT": true, "GP": true, "GO": true, "GN": true, "CQ": true, "CO": true, "KX": true,
		"XE": true, "XS": true, "XP": true, "XU": true, "02": true, "10": true, "11": true}
	day := regexp.MustCompile(`\b(19|20|21)\d\d-\d\d-\d\d\b`)
	code := regexp.MustCompile(`\b(\d{5}|[A-Z]\d{4})\b`)
	example := regexp.MustCompile(`(such as|write it as|write the day of service as|with its zone as) [A-Z0-9T:-]+`)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if field, isField := n.(*ast.Field); isField {
				field.Tag = nil // the facts document names one code in a key
			}
			literal, isLiteral := n.(*ast.BasicLit)
			if !isLiteral || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			text = example.ReplaceAllString(text, "")
			if modifiers[text] || code.MatchString(text) || day.MatchString(text) {
				t.Errorf("%s says %q: codes, modifiers and days belong into the rule files", entry.Name(), text)
			}
			return true
		})
	}
	if files < 20 || len(rules.whole.rules) < 70 {
		t.Errorf("only %d files and %d rules were looked at", files, len(rules.whole.rules))
	}
}
