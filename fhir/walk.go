package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostKeys bounds one object; no resource of FHIR has a fifth of it.
const mostKeys = 256

// A walker goes once through JSON that is known to be well formed, side by side with the type of
// the model that will hold it; where there is no model, it counts and looks for doubled keys.
type walker struct {
	data       []byte
	at         int
	values     int
	valueLimit int
	depth      int
	depthLimit int
	keys       [][]byte // of the objects that are open, innermost last
	path       []string
	view       bool     // a few members are read; the rest is passed over
	date       dateKind // of the element that is being read
	loose      bool
}

func (w *walker) problem(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if len(w.path) == 0 {
		return errors.New(text)
	}
	return errors.New(strings.Join(w.path, ".") + " " + text)
}

func (w *walker) space() {
	for w.at < len(w.data) {
		switch w.data[w.at] {
		case ' ', '\t', '\n', '\r', ':', ',':
			w.at++ // the grammar is known to be kept, so separators are spaces here
		default:
			return
		}
	}
}

// resource reads a resource at the present place, the outermost one or a contained one.
func (w *walker) resource() error {
	return w.object(typeOf(w.peekType()), true)
}

// value reads one value of the given type; a nil type is one that no model knows.
func (w *walker) value(t reflect.Type) error {
	w.space()
	if w.values++; w.values > w.valueLimit {
		return w.tooMany()
	}
	switch c := w.data[w.at]; c {
	case '{':
		return w.objectOf(t)
	case '[':
		return w.list(t)
	case '"':
		return w.text(t)
	case 'n':
		w.at += len("null")
		w.loose = true
		return nil
	case 't', 'f':
		return w.truth(t)
	default:
		return w.number(t)
	}
}

func (w *walker) objectOf(t reflect.Type) error {
	if t = bare(t); t != nil && t.Kind() != reflect.Struct && t != rawMessage {
		return w.problem("is an object where %s was expected", kindName(t))
	}
	if t == rawMessage {
		t = nil
	}
	return w.object(t, false)
}

func (w *walker) object(t reflect.Type, isResource bool) error {
	if w.depth++; w.depth > w.depthLimit {
		return overLimit(fmt.Sprintf("is deeper than %d levels", w.depthLimit))
	}
	w.at++
	first := len(w.keys)
	known := membersOf(t)
	for {
		w.space()
		if w.data[w.at] == '}' {
			break
		}
		key, err := w.string()
		if err != nil {
			return err
		}
		if err := w.checkKey(key, first, known, isResource); err != nil {
			return err
		}
		w.keys = append(w.keys, key)
		if err := w.member(string(key), known, isResource); err != nil {
			return err
		}
	}
	w.at++
	err := w.checkMembers(w.keys[first:], known, isResource)
	w.keys = w.keys[:first]
	w.depth--
	return err
}

// member reads the value of a key, under its name.
func (w *walker) member(key string, known *memberSet, isResource bool) error {
	w.path = append(w.path, key)
	defer func() { w.path = w.path[:len(w.path)-1] }()
	switch {
	case isResource && key == "contained":
		return w.contained()
	case known == nil:
		return w.value(nil)
	case known.later[key]:
		return w.skip()
	case isBeside(key, known):
		w.loose = true // it may say why the element has no value
		return w.value(nil)
	}
	w.space()
	t, c := known.types[key], w.data[w.at]
	switch {
	case t == nil:
		w.loose = w.loose || newerKeys[key]
		return w.value(nil)
	case c == 'n' && known.required[key]:
		w.at += len("null")
		w.values++
		if isResource {
			return w.problem("is missing")
		}
		w.loose = true
		return nil
	case unlike(t, c) && toleratedShape(known.of, key):
		w.loose = true
		return w.value(nil)
	case known.numbers[key] != nil && c != '{' && c != '[':
		return w.bounded(known.numbers[key], t)
	}
	w.date = known.dates[key]
	err := w.value(t)
	w.date = notDate
	return err
}

// isBeside reports whether a key is that of the extensions of a primitive element: _status.
func isBeside(key string, known *memberSet) bool {
	return key[:min(1, len(key))] == "_" && known.types[key[1:]] != nil
}

// unlike reports whether a list stands for an object, an object for a list, or an object for a code.
func unlike(t reflect.Type, c byte) bool {
	list := bare(t).Kind() == reflect.Slice && bare(t) != rawMessage
	return list != (c == '[') || isEnum(bare(t)) && c == '{'
}

// bounded reads a number that has bounds of its own. One that nothing rests on is only marked, and
// left out when the resource is decoded.
func (w *walker) bounded(bounds *numberBounds, t reflect.Type) error {
	start := w.at
	if bounds.kept {
		err := w.value(t)
		w.loose = w.loose || bounds.fault(string(w.data[start:w.at])) != ""
		return err
	}
	if w.values++; w.values > w.valueLimit {
		return w.tooMany()
	}
	switch c := w.data[w.at]; {
	case c == '"':
		w.quoted()
	case c == '-' || c >= '0' && c <= '9':
		if err := w.number(nil); err != nil {
			return err
		}
	default:
		w.bareword()
	}
	written := string(w.data[start:w.at])
	w.loose = w.loose || bounds.fault(written) != "" || bounds.whole && strings.ContainsAny(written, ".eE")
	return nil
}

func (w *walker) tooMany() error {
	return overLimit(fmt.Sprintf("holds more than %d values", w.valueLimit))
}

// contained reads the resources within a resource, each by its own model.
func (w *walker) contained() error {
	w.space()
	if w.data[w.at] != '[' {
		return w.problem("is no list")
	}
	w.values++
	w.at++
	for {
		w.space()
		switch w.data[w.at] {
		case ']':
			w.at++
			return nil
		case '{':
			if w.values++; w.values > w.valueLimit {
				return w.tooMany()
			}
			if !isTypeName(w.peekType()) {
				return w.problem("holds a resource without resourceType")
			}
			if err := w.resource(); err != nil {
				return err
			}
		default:
			return w.problem("holds what is no resource")
		}
	}
}

// skip passes over a value and counts it.
func (w *walker) skip() error {
	w.space()
	open := 0
	for {
		w.space()
		c := w.data[w.at]
		if c == '}' || c == ']' { // the end of a value that was counted
			w.at++
			if open--; open == 0 {
				return nil
			}
			continue
		}
		if w.values++; w.values > w.valueLimit {
			return w.tooMany()
		}
		switch c {
		case '{', '[':
			open++
			w.at++
		case '"':
			w.quoted()
			if w.blank(); w.at < len(w.data) && w.data[w.at] == ':' {
				w.values-- // a key is no value
			}
		default:
			w.bareword()
		}
		if open == 0 {
			return nil
		}
	}
}

// blank passes over white space, up to a separator.
func (w *walker) blank() {
	for w.at < len(w.data) && bytes.IndexByte([]byte(" \t\n\r"), w.data[w.at]) >= 0 {
		w.at++
	}
}

func (w *walker) list(t reflect.Type) error {
	var element reflect.Type
	if t = bare(t); t != nil && t != rawMessage {
		if t.Kind() != reflect.Slice {
			return w.problem("is a list where %s was expected", kindName(t))
		}
		element = t.Elem()
	}
	if w.depth++; w.depth > w.depthLimit {
		return overLimit(fmt.Sprintf("is deeper than %d levels", w.depthLimit))
	}
	w.at++
	for w.space(); w.data[w.at] != ']'; w.space() {
		if err := w.value(element); err != nil {
			return err
		}
	}
	w.at++
	w.depth--
	return nil
}

func (w *walker) text(t reflect.Type) error {
	s, err := w.string()
	if err != nil {
		return err
	}
	if t = bare(t); t == nil || t == rawMessage || t.Kind() == reflect.String && t != number {
		w.loose = w.loose || w.date != notDate && unrealDate(w.date, string(s)) != ""
		return nil
	}
	if isEnum(t) {
		if !isCode(t, string(s)) {
			w.loose = true
		}
		return nil
	}
	return w.problem("is a text where %s was expected", kindName(t))
}

func (w *walker) truth(t reflect.Type) error {
	w.bareword()
	if t = bare(t); t != nil && t.Kind() != reflect.Bool {
		return w.problem("is true or false where %s was expected", kindName(t))
	}
	return nil
}

// number reads a number: at most 64 characters and within plus or minus 10^18.
func (w *walker) number(t reflect.Type) error {
	start := w.at
	w.bareword()
	t = bare(t)
	if w.view && (t == nil || t == rawMessage) {
		return nil // nobody reads it as a number
	}
	s := string(w.data[start:w.at])
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || len(s) > 64 || math.Abs(f) > 1e18 {
		return w.problem("is a number out of range")
	}
	switch {
	case t == nil || t == number || t == rawMessage:
		return nil
	case isEnum(t) || t.Kind() != reflect.Int:
		return w.problem("is a number where %s was expected", kindName(t))
	case f != math.Trunc(f) || math.Abs(f) > math.MaxInt32:
		return w.problem("is no whole number in range")
	case strings.ContainsAny(s, ".eE"):
		w.loose = true
	}
	return nil
}

func (w *walker) bareword() {
	for w.at < len(w.data) {
		switch w.data[w.at] {
		case ',', ']', '}', ' ', '\t', '\n', '\r':
			return
		}
		w.at++
	}
}

// string reads a text and gives what it says.
func (w *walker) string() ([]byte, error) {
	quoted := w.quoted()
	inner := quoted[1 : len(quoted)-1]
	if !utf8.Valid(inner) {
		return nil, w.problem("is not UTF-8")
	}
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return nil, w.problem("is no text")
	}
	if strings.ContainsRune(s, utf8.RuneError) && !bytes.ContainsRune(inner, utf8.RuneError) && !bytes.Contains(bytes.ToLower(inner), []byte(`\ufffd`)) {
		return nil, w.problem("holds half of a character")
	}
	return []byte(s), nil
}

// quoted passes over a text and gives it with its quotes. A quote ends it unless an odd number of
// backslashes stands before it.
func (w *walker) quoted() []byte {
	start := w.at
	for w.at++; ; w.at++ {
		w.at += bytes.IndexByte(w.data[w.at:], '"')
		backslashes := 0
		for w.data[w.at-1-backslashes] == '\\' {
			backslashes++ // the opening quote ends the run
		}
		if backslashes%2 == 0 {
			w.at++
			return w.data[start:w.at]
		}
	}
}

// checkKey refuses a key that stands twice, or that a careless decoder would take for a known one.
func (w *walker) checkKey(key []byte, first int, known *memberSet, isResource bool) error {
	if len(w.keys)-first >= mostKeys {
		return w.problem("has more than %d keys", mostKeys)
	}
	for _, other := range w.keys[first:] {
		if bytes.Equal(other, key) {
			return ambiguousKey{w.problem("has a key twice: %s", printable(key))}
		}
	}
	if isResource && string(key) != "resourceType" && strings.EqualFold(string(key), "resourceType") {
		return ambiguousKey{w.problem("has a key that differs from resourceType by case only")}
	}
	if known == nil || known.types[string(key)] != nil {
		return nil
	}
	if name, ok := known.folded[fold(string(key))]; ok {
		return ambiguousKey{w.problem("has a key that differs from %s by case only", name)}
	}
	return nil
}

// printable is a key as it may stand in a message: names of FHIR elements only.
func printable(key []byte) string {
	for _, c := range key {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "(a name that FHIR does not have)"
		}
	}
	if len(key) > 40 {
		return string(key[:40]) + "…"
	}
	return string(key)
}

// checkMembers looks for what must be there, and for two values where one may be.
func (w *walker) checkMembers(keys [][]byte, known *memberSet, isResource bool) error {
	if known == nil {
		return nil
	}
	for _, name := range known.requiredNames {
		if hasKey(keys, name) {
			continue
		}
		if isResource {
			return w.missing(name)
		}
		w.loose = true
	}
	for _, name := range known.missed {
		w.loose = w.loose || !hasKey(keys, name)
	}
	for _, choice := range known.choices {
		var found string
		for _, key := range keys {
			if !known.isChoice(choice, string(key)) {
				continue
			}
			if found != "" {
				return w.problem("has both %s and %s", found, printable(key))
			}
			found = string(key)
		}
	}
	return nil
}

// missing is the refusal of a resource, or of one within it, without a required member.
func (w *walker) missing(name string) error {
	if len(w.path) == 0 {
		return missingMember(name)
	}
	return w.problem("has no %s", name)
}

func hasKey(keys [][]byte, name string) bool {
	for _, key := range keys {
		if string(key) == name {
			return true
		}
	}
	return false
}

// peekType is the resourceType of the object at the present place, or empty.
func (w *walker) peekType() string { return w.peekText("resourceType") }

// peekText is the text that a key of the object at the present place has, or empty.
func (w *walker) peekText(key string) string {
	look := w.peek(key)
	if look == nil || look.data[look.at] != '"' {
		return ""
	}
	s, err := look.string()
	if err != nil {
		return ""
	}
	return string(s)
}

// peek stands at the value that a key of the object at the present place has; nil where it has none.
// Keys with escapes are not found, which is right for the keys of FHIR.
func (w *walker) peek(key string) *walker {
	look := &walker{data: w.data, at: w.at + 1, valueLimit: math.MaxInt}
	for {
		look.space()
		if look.data[look.at] != '"' {
			return nil
		}
		name := look.quoted()
		look.space()
		if string(name[1:len(name)-1]) == key {
			return look
		}
		if err := look.skip(); err != nil {
			return nil
		}
	}
}
