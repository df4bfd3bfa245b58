package ncci

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// lineWidth is the characters of a line at which a list of codes is broken, as in the rule files.
const lineWidth = 120

// A yamlFile is a YAML document in the form of coding/rules: two spaces for each depth, codes in
// quotes, a list of codes on one line where it fits, else over several.
type yamlFile struct{ bytes.Buffer }

func (y *yamlFile) line(depth int, format string, args ...any) {
	fmt.Fprintf(y, "%s%s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, args...))
}

// key writes the key of a mapping, which is {} where it is empty.
func (y *yamlFile) key(depth int, name string, empty bool) {
	if empty {
		y.line(depth, "%s: {}", name)
		return
	}
	y.line(depth, "%s:", name)
}

// pairs writes rows under the codes of column 1.
func (y *yamlFile) pairs(depth int, rows []PairRow) {
	byColumn1 := map[string][2][]string{}
	for _, row := range rows {
		under := byColumn1[row.Column1]
		under[row.Indicator] = append(under[row.Indicator], row.Column2)
		byColumn1[row.Column1] = under
	}
	y.key(depth, "pairs", len(rows) == 0)
	for _, column1 := range effective.SortedKeys(byColumn1) {
		y.line(depth+1, "%q:", column1)
		for indicator, key := range []string{"never", "distinct"} {
			if codes := byColumn1[column1][indicator]; len(codes) > 0 {
				slices.Sort(codes)
				y.list(depth+2, key, slices.Compact(codes))
			}
		}
	}
}

// list writes a list of codes under a key.
func (y *yamlFile) list(depth int, key string, codes []string) {
	quoted := make([]string, len(codes))
	for i, code := range codes {
		quoted[i] = fmt.Sprintf("%q", code)
	}
	whole := fmt.Sprintf("%s%s: [%s]", strings.Repeat("  ", depth), key, strings.Join(quoted, ", "))
	if len(whole) <= lineWidth {
		y.line(0, "%s", whole)
		return
	}
	y.line(depth, "%s: [", key)
	line := ""
	for i, code := range quoted {
		if i < len(quoted)-1 {
			code += ","
		}
		if line != "" && len(line)+1+len(code)+2*(depth+1) > lineWidth-2 {
			y.line(depth+1, "%s", line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+code, " ")
	}
	y.line(depth+1, "%s", line)
	y.line(depth, "]")
}
