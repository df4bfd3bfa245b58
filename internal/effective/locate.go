package effective

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Locate finds where the value under the keys stands in a YAML document, so that a fault that only
// shows after decoding still carries file, line and column. Where a key is missing it is the place
// of the deepest one that is there; both numbers are 0 for a document that cannot be parsed.
func Locate(content []byte, keys ...string) (line, column int) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return 0, 0
	}
	node := file.Docs[0].Body
	at := node.GetToken()
	if mapping, ok := node.(*ast.MappingNode); ok && len(mapping.Values) > 0 {
		at = mapping.Values[0].Key.GetToken()
	}
	for _, key := range keys {
		mapping, ok := node.(*ast.MappingNode)
		if !ok {
			break
		}
		found := false
		for _, entry := range mapping.Values {
			if entry.Key.GetToken().Value == key {
				node, at, found = entry.Value, entry.Key.GetToken(), true
				break
			}
		}
		if !found {
			break
		}
	}
	return at.Position.Line, at.Position.Column
}
