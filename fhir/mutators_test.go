package fhir_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A mutator breaks a record in one way in which records and wires are known to break. Exactly one of
// its functions is set, by the layer at which it breaks; each reports or leaves unchanged what it
// found nothing to break in.
type mutator struct {
	name     string
	resource func(r *rand.Rand, resource map[string]any) bool // one resource, as a tree
	written  func(r *rand.Rand, resource []byte) []byte       // one resource, as bytes
	file     func(r *rand.Rand, bundle []byte) []byte         // the whole Bundle, as bytes
	wire     func(r *rand.Rand, answer []byte) rawAnswer      // one answer of a server
}

// mutators are the 24 ways.
var mutators = []mutator{
	{name: "dropped key", resource: dropKey},
	{name: "null", resource: setAny(func(*rand.Rand, any) any { return nil })},
	{name: "swapped type", resource: setAny(otherType)},
	{name: "swapped case", resource: swapCase},
	{name: "duplicate key", written: doubleKey},
	{name: "wrong resourceType", resource: wrongType},
	{name: "bad enum", resource: setWhere(isCodeKey, oneOf("no-such-code", "FINAL", " final", "signed", "in progress", "nullified"))},
	{name: "huge number", resource: hugeNumber},
	{name: "bad date", resource: setWhere(isDate, oneOf(badDates...))},
	{name: "daylight saving gap", resource: setWhere(isDate, oneOf(gapTimes...))},
	{name: "time zone extreme", resource: setWhere(isDate, oneOf(zoneTimes...))},
	{name: "cyclic reference", resource: cyclic},
	{name: "dangling reference", resource: setWhere(isReference, oneOf(danglingReferences...))},
	{name: "foreign patient", resource: foreign},
	{name: "empty array", resource: emptyArray},
	{name: "extension of a megabyte", written: bigExtension},
	{name: "depth of ten thousand", written: deepValue},
	{name: "invalid UTF-8", written: insertInText("\xff", "\xc3\x28", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", `\ud800`)},
	{name: "bidi and control characters", resource: setTexts(bidiPayloads)},
	{name: "script and CSV payloads", resource: setTexts(scriptPayloads)},
	{name: "gzip bomb", wire: gzipBomb},
	{name: "truncated gzip", wire: truncatedGzip},
	{name: "chunk lies", wire: chunkLies},
	{name: "byte order mark", file: byteOrderMark},
}

// canary stands in every payload, so that it is known again wherever it comes out.
const canary = "Canary4711"

var (
	badDates = []string{"2025-02-30", "2025-13-01", "2025-00-10T10:00:00Z", "2025-03-10T25:00:00-05:00", "2025-03-10T14:61:00Z", "2025-3-1", "10.03.2025",
		"03/10/2025", "2023-02-29T14:00:00-05:00", "yesterday", "", "T14:00:00Z", "0000-01-01", "9999-12-31T23:59:59Z", "2025-03-10T14:00:00", "2025-03", "2025"}
	gapTimes = []string{ // the hour that does not exist and the one that exists twice, in New York and Berlin; and the days around
		"2025-03-09T02:30:00-05:00", "2025-03-09T02:30:00-04:00", "2025-03-09T02:30:00", "2025-03-09T03:00:00-04:00", "2025-11-02T01:30:00-04:00",
		"2025-11-02T01:30:00-05:00", "2025-11-02T01:30:00", "2025-03-30T02:30:00+01:00", "2025-10-26T02:30:00+02:00", "2024-02-29T23:59:60-05:00"}
	zoneTimes = []string{"2025-03-10T14:00:00+14:00", "2025-03-10T14:00:00-12:00", "2025-03-10T14:00:00+14:01", "2025-03-10T14:00:00-14:00", "2025-03-10T14:00:00+23:59",
		"2025-03-10T14:00:00+99:00", "2025-03-10T14:00:00-00:00", "2025-03-10T14:00:00+05:45", "2025-03-10T14:00:00EST", "2025-03-10T14:00:00+05:75", "2025-03-10T23:59:59.999999999Z"}
	danglingReferences = []any{"Procedure/none-such", "Patient/", "/", "#none-such", "", "urn:uuid:00000000-0000-0000-0000-000000000000", "https://elsewhere.example/fhir/Encounter/e1",
		"Encounter/e1/_history/", "Encounter?identifier=1", "../../etc/passwd", "javascript:0", strings.Repeat("Encounter/", 400)}
	bidiPayloads = []string{"\u202e" + canary + "\u202c", "\u2066" + canary, canary + "\x00\x07\x08", "\x1b[2J\x1b]0;" + canary + "\x07", "\u009b31m" + canary, "\r\n" + canary + "\u2028\ufeff",
		"\u061c\u200f" + canary + "\U000e0041"}
	scriptPayloads = []string{`<script>alert("` + canary + `")</script>`, `"><img src=x onerror=` + canary + `>`, `' onmouseover='` + canary, `</title></textarea><svg onload=` + canary + `>`,
		`javascript:` + canary, `=HYPERLINK("https://elsewhere.example/` + canary + `")`, `+cmd|' /C ` + canary + `'!A0`, `@SUM(` + canary + `)`, "\t=" + canary, `-2+3+` + canary,
		`{{` + canary + `}}`, `${` + canary + `}`, `%0d%0a` + canary}
)

// A spot is one place of a tree whose value can be replaced.
type spot struct {
	object map[string]any // that has the key; nil for an item of a list
	key    string         // of the nearest object
	value  any
	set    func(any)
}

// spots lists the places below a tree for which want holds, in a fixed order.
func spots(tree any, want func(spot) bool) []spot {
	var found []spot
	var walk func(key string, value any)
	visit := func(s spot) {
		if want == nil || want(s) {
			found = append(found, s)
		}
		walk(s.key, s.value)
	}
	walk = func(key string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(value)) {
				visit(spot{value, key, value[key], func(v any) { value[key] = v }})
			}
		case []any:
			for i := range value {
				visit(spot{nil, key, value[i], func(v any) { value[i] = v }})
			}
		}
	}
	walk("", tree)
	return found
}

func isKey(s spot) bool { return s.object != nil && s.key != "resourceType" && s.key != "id" }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func oneOf[T any](values ...T) func(*rand.Rand, any) any {
	return func(r *rand.Rand, _ any) any { return pick(r, values) }
}

// setWhere replaces the value of one of the places that want names.
func setWhere(want func(spot) bool, value func(*rand.Rand, any) any) func(*rand.Rand, map[string]any) bool {
	return func(r *rand.Rand, resource map[string]any) bool {
		places := spots(resource, want)
		if len(places) == 0 {
			return false
		}
		s := pick(r, places)
		s.set(value(r, s.value))
		return true
	}
}

func setAny(value func(*rand.Rand, any) any) func(*rand.Rand, map[string]any) bool {
	return setWhere(isKey, value)
}

func dropKey(r *rand.Rand, resource map[string]any) bool {
	places := spots(resource, func(s spot) bool { return s.object != nil })
	s := pick(r, places)
	delete(s.object, s.key)
	return true
}

// otherType writes a value as another kind of JSON.
func otherType(r *rand.Rand, value any) any {
	switch value := value.(type) {
	case string:
		return pick(r, []any{7, true, []any{value}, map[string]any{"value": value}, map[string]any{}})
	case []any:
		if len(value) > 0 {
			return pick(r, []any{value[0], "list", 7, []any{nil}})
		}
	case map[string]any:
		return pick(r, []any{[]any{value}, "object", 7, false})
	}
	return pick(r, []any{"7", map[string]any{}, []any{}, "true"})
}

func swapCase(r *rand.Rand, resource map[string]any) bool {
	places := spots(resource, func(s spot) bool { return s.object != nil })
	s := pick(r, places)
	other := pick(r, []string{strings.ToUpper(s.key), strings.ToUpper(s.key[:1]) + s.key[1:], strings.Replace(s.key, "s", "ſ", 1)})
	if other == s.key {
		return false
	}
	if r.IntN(2) == 0 {
		delete(s.object, s.key) // instead of the right one; else beside it
	}
	s.object[other] = s.value
	return true
}

func wrongType(r *rand.Rand, resource map[string]any) bool {
	is := resource["resourceType"]
	other := pick(r, []any{"Procedure", "Observation", "Encounter", "Patient", "Bundle", "OperationOutcome", "Basic", "encounter", "", 7, nil, "<b>", []any{is}})
	if other == is {
		return false
	}
	resource["resourceType"] = other
	return true
}

// isCodeKey are the elements whose codes FHIR itself fixes.
func isCodeKey(s spot) bool {
	_, text := s.value.(string)
	return s.object != nil && text && slices.Contains([]string{"status", "use", "gender", "comparator", "docStatus", "intent"}, s.key)
}

func hugeNumber(r *rand.Rand, resource map[string]any) bool {
	number := json.Number(pick(r, []string{"1e400", "-1e400", "9e18", "1e-400", strings.Repeat("9", 60), "3000000000", "-1", "1e5", "0." + strings.Repeat("3", 80)}))
	numbers := spots(resource, func(s spot) bool { _, ok := s.value.(json.Number); return ok })
	if len(numbers) > 0 && r.IntN(4) > 0 {
		pick(r, numbers).set(number)
		return true
	}
	pick(r, spots(resource, isKey)).set(number)
	return true
}

var looksLikeADate = regexp.MustCompile(`^[12][0-9]{3}(-[0-9]{2}){0,2}(T.*)?$`)

func isDate(s spot) bool {
	text, ok := s.value.(string)
	return ok && looksLikeADate.MatchString(text)
}

func isReference(s spot) bool {
	_, ok := s.value.(string)
	return ok && s.key == "reference"
}

// backReferences are elements by which a resource may come to point to itself.
var backReferences = map[string][]string{
	"Encounter": {"partOf"}, "Procedure": {"partOf"}, "Observation": {"hasMember", "derivedFrom", "partOf"}, "Location": {"partOf"}, "Organization": {"partOf"},
	"QuestionnaireResponse": {"partOf", "basedOn"}, "Coverage": {"payor", "policyHolder"}, "DocumentReference": {"relatesTo"},
}

// cyclic lets a resource point to itself, by an element made for such references or by another.
func cyclic(r *rand.Rand, resource map[string]any) bool {
	kind, _ := resource["resourceType"].(string)
	id, _ := resource["id"].(string)
	self := kind + "/" + id
	names := backReferences[kind]
	references := spots(resource, isReference)
	if len(names) > 0 && (len(references) == 0 || r.IntN(2) == 0) {
		name := pick(r, names)
		var value any = map[string]any{"reference": self}
		switch {
		case name == "relatesTo":
			value = []any{map[string]any{"code": pick(r, []string{"replaces", "appends"}), "target": value}}
		case kind != "Encounter" && kind != "Location" && kind != "Organization" && name != "policyHolder":
			value = []any{value}
		}
		resource[name] = value
		return true
	}
	if len(references) == 0 {
		return false
	}
	pick(r, references).set(self)
	return true
}

// foreign gives a resource to somebody else.
func foreign(r *rand.Rand, resource map[string]any) bool {
	for _, key := range []string{"subject", "patient", "beneficiary"} {
		if _, ok := resource[key].(map[string]any); ok {
			resource[key] = map[string]any{"reference": pick(r, []string{"Patient/p9", "https://elsewhere.example/fhir/Patient/p9", "urn:uuid:99999999-9999-4999-8999-999999999999"})}
			return true
		}
	}
	if resource["resourceType"] == "Patient" {
		resource["id"] = "p9"
		return true
	}
	return false
}

func emptyArray(r *rand.Rand, resource map[string]any) bool {
	lists := spots(resource, func(s spot) bool { list, ok := s.value.([]any); return ok && len(list) > 0 })
	if len(lists) == 0 || r.IntN(3) == 0 {
		lists = spots(resource, isKey)
	}
	s := pick(r, lists)
	if list, ok := s.value.([]any); ok && len(list) == 0 {
		return false
	}
	s.set([]any{})
	return true
}

// setTexts writes a payload into some or all texts of a resource.
func setTexts(payloads []string) func(*rand.Rand, map[string]any) bool {
	return func(r *rand.Rand, resource map[string]any) bool {
		texts := spots(resource, func(s spot) bool {
			_, ok := s.value.(string)
			return ok && s.key != "resourceType"
		})
		if len(texts) == 0 {
			return false
		}
		payload := pick(r, payloads)
		if r.IntN(3) > 0 { // one text, of whatever kind: an id, a code, a date, a name
			pick(r, texts).set(payload)
			return true
		}
		free := slices.DeleteFunc(texts, func(s spot) bool {
			return !slices.Contains([]string{"text", "display", "family", "given", "title", "div", "valueString", "comment", "name", "value"}, s.key)
		})
		for _, s := range free {
			s.set(payload)
		}
		return len(free) > 0
	}
}

// tokens finds the objects of compact JSON that are not empty, and its texts that are no keys, each by
// the place behind its first character.
func tokens(raw []byte) (objects, texts []int) {
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] == '{' && i+1 < len(raw) && raw[i+1] == '"':
			objects = append(objects, i+1)
		case raw[i] == '"':
			start := i + 1
			for i++; raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
			if i+1 == len(raw) || raw[i+1] != ':' {
				texts = append(texts, start)
			}
		}
	}
	return objects, texts
}

func insert(raw []byte, at int, more string) []byte {
	return slices.Concat(raw[:at], []byte(more), raw[at:])
}

// doubleKey gives an object one of its keys twice, once in disguise.
func doubleKey(r *rand.Rand, raw []byte) []byte {
	objects, _ := tokens(raw)
	at := pick(r, objects)
	key, _, _ := bytes.Cut(raw[at+1:], []byte(`"`))
	name := string(key)
	if r.IntN(3) == 0 {
		name = `\u00` + string("0123456789abcdef"[name[0]>>4]) + string("0123456789abcdef"[name[0]&15]) + name[1:]
	}
	return insert(raw, at, `"`+name+`":`+pick(r, []string{`"twice"`, `null`, `{}`, `[]`, `7`})+`,`)
}

var bigExtensions = sync.OnceValue(func() []string {
	return []string{
		strings.TrimSuffix(strings.Repeat(`{},`, 340_000), ","),
		`{"url":"https://example.org/x","valueString":"` + strings.Repeat(`x`, 1<<20) + `"}`,
		strings.TrimSuffix(strings.Repeat(`{"url":"https://example.org/x","valueString":"`+strings.Repeat(`\n`, 50)+`"},`, 6_000), ","),
		strings.TrimSuffix(strings.Repeat(`{"url":"https://example.org/x","valueCodeableConcept":{"coding":[{"code":"a"},{"code":"b"}]}},`, 2_000), ","),
	}
})

// bigExtension adds about a megabyte of extensions: more values than are taken, or fewer, longer ones.
func bigExtension(r *rand.Rand, raw []byte) []byte {
	objects, _ := tokens(raw)
	at := objects[0]
	if r.IntN(3) == 0 {
		at = pick(r, objects)
	}
	return insert(raw, at, pick(r, []string{`"extension":[`, `"modifierExtension":[`, `"component":[`, `"unheardOf":[`})+pick(r, bigExtensions())+`],`)
}

// deepValue adds levels: just over the limit, and up to ten thousand and more, where the decoder of the
// standard library gives up too.
func deepValue(r *rand.Rand, raw []byte) []byte {
	objects, _ := tokens(raw)
	levels := pick(r, []int{65, 500, 9_900, 10_000, 50_000})
	name := pick(r, []string{`"extension":`, `"contained":`, `"x":`})
	if r.IntN(2) == 0 {
		return insert(raw, pick(r, objects), name+strings.Repeat(`[`, levels)+strings.Repeat(`]`, levels)+`,`)
	}
	return insert(raw, pick(r, objects), name+strings.Repeat(`{"extension":`, levels)+`0`+strings.Repeat(`}`, levels)+`,`)
}

func insertInText(pieces ...string) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, raw []byte) []byte {
		objects, texts := tokens(raw)
		if r.IntN(6) == 0 { // a key
			return insert(raw, pick(r, objects)+1, pick(r, pieces))
		}
		return insert(raw, pick(r, texts), pick(r, pieces))
	}
}

// byteOrderMark puts the mark before the file, where it is common and harmless, and where it is not.
func byteOrderMark(r *rand.Rand, raw []byte) []byte {
	const mark = "\ufeff"
	objects, texts := tokens(raw)
	switch r.IntN(6) {
	case 0:
		return insert(raw, 0, mark)
	case 1:
		return insert(raw, 0, mark+mark)
	case 2:
		return insert(raw, pick(r, objects)-1, mark) // between tokens
	case 3:
		return insert(raw, pick(r, objects)+1, mark) // in a key
	case 4:
		return insert(raw, pick(r, texts), mark)
	}
	wide := []byte{0xff, 0xfe} // the file in UTF-16
	for _, c := range raw {
		wide = append(wide, c, 0)
	}
	return wide
}
