package coding

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// Limits of a facts document.
const (
	largestFacts  = 1 << 20 // bytes
	deepestFacts  = 16      // levels
	mostServices  = 500
	longestText   = 200  // characters of a text value
	minutesOfADay = 1440 // the most minutes that a service can have
	largestCount  = 1_000_000
)

// DecodeFacts reads a facts document strictly. Unknown keys and keys given twice are refused by
// path; words outside of the vocabulary, minutes outside 0 to 1,440, days that are not in the
// calendar and an end before its start are refused too; dateOfService and services must be there.
// Every fault is one line of the joined error, such as
//
//	services[0].minuts: unknown key, did you mean minutes
func DecodeFacts(data []byte) (Facts, error) {
	facts, _, err := decodeFacts(data, true)
	return facts, err
}

// DecodePartialFacts reads facts that are laid over those of a record: as strictly as DecodeFacts,
// but nothing must be there. The keys are the paths that were given, in their order: payer.kind,
// visit.modality; a list is one key as a whole (services), and sources are none. A null says nothing
// and is no key.
func DecodePartialFacts(data []byte) (facts Facts, keys []string, err error) {
	return decodeFacts(data, false)
}

func decodeFacts(data []byte, whole bool) (Facts, []string, error) {
	if len(data) > largestFacts {
		return Facts{}, nil, fmt.Errorf("facts: larger than %d bytes, give one visit", largestFacts)
	}
	tree, err := parseTree(data)
	if err != nil {
		return Facts{}, nil, err
	}
	c := &factsCheck{}
	c.check(tree, reflect.TypeFor[Facts](), "")
	if whole {
		c.require(tree, "dateOfService", "write the day of service as 2025-03-10")
		c.require(tree, "services", "list what was done, or give an empty list")
	}
	if len(c.faults) > 0 {
		return Facts{}, nil, errors.Join(c.faults...)
	}
	var facts Facts
	if err := json.Unmarshal(data, &facts); err != nil {
		return Facts{}, nil, fmt.Errorf("facts: %w", err)
	}
	if err := checkTimes(facts); err != nil {
		return Facts{}, nil, err
	}
	return facts, c.keys, nil
}

// node is a JSON value whose keys keep their order, and their repetitions.
type node struct {
	kind    json.Delim // '{' or '['; 0 for a plain value
	value   any        // of a plain value
	keys    []string
	members []node // of an object by keys, of a list in order
}

// parseTree reads one JSON document and nothing after it.
func parseTree(data []byte) (node, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	tree, err := parseNode(decoder, 0)
	if err != nil {
		return node{}, fmt.Errorf("facts: %w", atLine(data, decoder, err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, errors.New("facts: something follows the document, give one JSON object")
	}
	if tree.kind != '{' {
		return node{}, errors.New("facts: the document must be a JSON object")
	}
	return tree, nil
}

// atLine adds the line at which the document stopped being JSON.
func atLine(data []byte, decoder *json.Decoder, err error) error {
	offset := decoder.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	offset = min(max(offset, 0), int64(len(data)))
	line := 1 + bytes.Count(data[:offset], []byte("\n"))
	return fmt.Errorf("line %d: not valid JSON: %w", line, err)
}

func parseNode(decoder *json.Decoder, depth int) (node, error) {
	if depth > deepestFacts {
		return node{}, fmt.Errorf("nested deeper than %d levels", deepestFacts)
	}
	token, err := decoder.Token()
	if err != nil {
		return node{}, err
	}
	delim, isDelim := token.(json.Delim)
	if !isDelim {
		return node{value: token}, nil
	}
	n := node{kind: delim}
	for decoder.More() {
		if delim == '{' {
			key, err := decoder.Token()
			if err != nil {
				return node{}, err
			}
			n.keys = append(n.keys, key.(string))
		}
		member, err := parseNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		n.members = append(n.members, member)
	}
	_, err = decoder.Token() // the closing one
	return n, err
}

// isNull reports whether the value says nothing.
func (n node) isNull() bool { return n.kind == 0 && n.value == nil }

// factsCheck compares a document with the shape of the facts.
type factsCheck struct {
	faults []error
	keys   []string
}

func (c *factsCheck) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

// require refuses a document without a key.
func (c *factsCheck) require(tree node, key, what string) {
	i := slices.Index(tree.keys, key)
	if i < 0 || tree.members[i].isNull() {
		c.fault(key, "is missing, %s", what)
	}
}

var (
	dateType = reflect.TypeFor[effective.Date]()
	timeType = reflect.TypeFor[time.Time]()
)

// check compares one value with its type.
func (c *factsCheck) check(n node, t reflect.Type, path string) {
	if n.isNull() {
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == dateType || t == timeType:
		c.checkDay(n, t, path)
	case t.Kind() == reflect.Struct:
		c.checkObject(n, t, path)
	case t.Kind() == reflect.Slice:
		c.checkList(n, t, path)
	case t.Kind() == reflect.Map:
		c.checkSources(n, path)
	case t.Kind() == reflect.Int:
		c.checkNumber(n, path)
	case t.Kind() == reflect.Bool:
		if _, ok := n.value.(bool); !ok || n.kind != 0 {
			c.fault(path, "must be true or false")
		}
	default:
		c.checkWord(n, path)
	}
	if t.Kind() != reflect.Struct || t == dateType || t == timeType {
		if t.Kind() != reflect.Map && !strings.Contains(path, "[") {
			c.keys = append(c.keys, path)
		}
	}
}

func (c *factsCheck) checkObject(n node, t reflect.Type, path string) {
	if n.kind != '{' {
		c.fault(path, "must be an object")
		return
	}
	fields := fieldsOf(t)
	seen := map[string]bool{}
	for i, key := range n.keys {
		at := joinPath(path, key)
		if seen[key] {
			c.fault(at, "given twice, keep one")
			continue
		}
		seen[key] = true
		field, known := fields[key]
		if !known {
			c.unknownKey(shorten(at), key, effective.SortedKeys(fields))
			continue
		}
		c.check(n.members[i], field, at)
	}
}

// unknownKey refuses a key, with the nearest known one where there is one.
func (c *factsCheck) unknownKey(path, key string, known []string) {
	if meant := nearest(key, known); meant != "" {
		c.fault(path, "unknown key, did you mean %s", meant)
		return
	}
	c.fault(path, "unknown key, known here are %s", strings.Join(known, ", "))
}

// nearest is the known word that is at most two letters away from the one given, or nothing.
func nearest(given string, known []string) string {
	word, distance := "", 3
	for _, candidate := range known {
		if d := editDistance(strings.ToLower(given), strings.ToLower(candidate)); d < distance && d < len(candidate) {
			word, distance = candidate, d
		}
	}
	return word
}

// fewWords is how many words of a vocabulary are listed where one letter off names the one meant.
const fewWords = 20

func (c *factsCheck) checkList(n node, t reflect.Type, path string) {
	if n.kind != '[' {
		c.fault(path, "must be a list")
		return
	}
	if len(n.members) > mostServices {
		c.fault(path, "has %d entries, at most %d", len(n.members), mostServices)
		return
	}
	for i, member := range n.members {
		at := path + "[" + strconv.Itoa(i) + "]"
		if member.isNull() {
			c.fault(at, "must not be null")
			continue
		}
		c.check(member, t.Elem(), at)
		if path == "services" && member.kind == '{' && !slices.Contains(member.keys, "activity") {
			c.fault(at+".activity", "is missing, say what was done")
		}
	}
}

// checkSources checks the map of paths to resources, which is read and not judged.
func (c *factsCheck) checkSources(n node, path string) {
	if n.kind != '{' {
		c.fault(path, "must be an object of paths, each with its list of resources")
		return
	}
	seen := map[string]bool{}
	for i, key := range n.keys {
		if seen[key] {
			c.fault(path+"."+shorten(key), "given twice, keep one")
		}
		seen[key] = true
		list := n.members[i]
		if list.isNull() {
			continue
		}
		for _, member := range list.members {
			if _, ok := member.value.(string); !ok {
				c.fault(path+"."+shorten(key), "must be a list of resources, such as [\"Encounter/e1\"]")
				break
			}
		}
		if list.kind != '[' {
			c.fault(path+"."+shorten(key), "must be a list of resources, such as [\"Encounter/e1\"]")
		}
	}
}

func (c *factsCheck) checkDay(n node, t reflect.Type, path string) {
	text, ok := n.value.(string)
	switch {
	case !ok:
		c.fault(path, "must be a text")
	case t == dateType:
		if _, err := effective.ParseDate(shorten(text)); err != nil {
			c.fault(path, "%v", err)
		}
	default:
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			c.fault(path, "%q is no instant, write it with its zone as 2025-03-10T14:00:00-05:00", shorten(text))
		}
	}
}

func (c *factsCheck) checkNumber(n node, path string) {
	number, ok := n.value.(json.Number)
	if !ok {
		c.fault(path, "must be a whole number")
		return
	}
	value, err := strconv.Atoi(number.String())
	if err != nil {
		c.fault(path, "must be a whole number, not %s", shorten(number.String()))
		return
	}
	most := largestCount
	if name := path[strings.LastIndex(path, ".")+1:]; name == "minutes" || name == "assistantMinutes" {
		most = minutesOfADay
	}
	if value < 0 || value > most {
		c.fault(path, "%d is outside of 0 to %d", value, most)
	}
}

// checkWord checks a text, against the vocabulary where the fact is one of a few words.
func (c *factsCheck) checkWord(n node, path string) {
	text, ok := n.value.(string)
	if !ok {
		c.fault(path, "must be a text")
		return
	}
	if len([]rune(text)) > longestText {
		c.fault(path, "is longer than %d characters", longestText)
		return
	}
	if words, few := vocabulary[withoutIndexes(path)]; few && !slices.Contains(words, text) {
		if meant := nearest(text, words); meant != "" && len(words) > fewWords {
			c.fault(path, "%q is not known, did you mean %s", shorten(text), meant)
		} else {
			c.fault(path, "%q is not one of %s", shorten(text), strings.Join(words, ", "))
		}
	}
	switch path {
	case "evaluationManagement.code":
		if !codeForm.MatchString(text) {
			c.fault(path, "%q is no code, write five characters such as 99214", shorten(text))
		}
	case "payer.telehealthModifier":
		if text != noModifier && !modifierForm(text) {
			c.fault(path, "%q is no modifier, write two characters such as 95, or none", shorten(text))
		}
	}
}

func modifierForm(text string) bool {
	if len(text) != 2 {
		return false
	}
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// checkTimes refuses an end before its start, and more minutes of an assistant than of the service.
func checkTimes(facts Facts) error {
	var faults []error
	for i, s := range facts.Services {
		if s.Start != nil && s.End != nil && s.End.Before(*s.Start) {
			faults = append(faults, fmt.Errorf("services[%d].end: is before start", i))
		}
		if s.Start != nil && s.End != nil && s.End.Sub(*s.Start).Minutes() > minutesOfADay {
			faults = append(faults, fmt.Errorf("services[%d].end: is more than a day after start", i))
		}
		if s.Minutes != nil && s.AssistantMinutes != nil && *s.AssistantMinutes > *s.Minutes {
			faults = append(faults, fmt.Errorf("services[%d].assistantMinutes: %d is more than the %d minutes of the service, of which they are a part", i, *s.AssistantMinutes, *s.Minutes))
		}
	}
	return errors.Join(faults...)
}

// fieldsOf is the keys of a struct with their types.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields[name] = field.Type
	}
	return fields
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// withoutIndexes writes services[3].activity as services[].activity.
func withoutIndexes(path string) string {
	var b strings.Builder
	inside := false
	for _, r := range path {
		switch {
		case r == '[':
			inside = true
			b.WriteRune(r)
		case r == ']':
			inside = false
			b.WriteRune(r)
		case !inside:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shorten keeps what a document says from filling a line of error.
func shorten(text string) string {
	const most = 60
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}

// editDistance counts the letters to put in, take out or change to make one word the other.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return len(a) + len(b)
	}
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current := make([]int, len(b)+1)
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
		}
		previous = current
	}
	return previous[len(b)]
}
