package fhir

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
)

// siteCodes are the codes of a site's map of instruments as a search by code takes them, in order:
// system|code with what would part them escaped. Texts are no codes: what is only named by text is
// found among what the visit's own search brings.
func siteCodes(site map[string]screening.Meaning) []string {
	var tokens []string
	for key := range site {
		system, code, ok := strings.Cut(key, "|")
		if !ok || code == "" || strings.ContainsAny(system, " \t") {
			continue
		}
		escape := strings.NewReplacer(`\`, `\\`, `,`, `\,`, `$`, `\$`, `|`, `\|`)
		tokens = append(tokens, escape.Replace(system)+"|"+escape.Replace(code))
	}
	slices.Sort(tokens)
	return tokens
}
