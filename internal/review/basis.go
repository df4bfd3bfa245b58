package review

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Basis is what the record says where an answer lies over it, by the path of the fact without the
// number of the service; nil where it says nothing. For minutes, the times that disagree belong to it.
type Basis map[string]any

// conflictKey is the place of disagreeing times in a Basis.
const conflictKey = "session.conflicts"

// Kept is a reply as it is to be kept: checked as by Answer, with what the record says now where it
// lies over it.
func Kept(r *Review, reply Reply) (Reply, error) {
	given, err := Answer(r, reply.Question, reply.Value, reply.User)
	if err != nil {
		return Reply{}, err
	}
	reply.Over, err = r.basisOf(given)
	return reply, err
}

// basisOf is what the record says where an answer would lie over it.
func (r *Review) basisOf(given Given) (Basis, error) {
	var below []Given // services beside those of the record, which the answer's list repeats
	for _, g := range r.given {
		if g.Adds {
			below = append(below, g)
		}
	}
	laid, err := Overlay(r.visit.Facts, append(below, given)...)
	if err != nil {
		return nil, err
	}
	basis := Basis{}
	for _, a := range laid.Asserted {
		if a.source != given.Source {
			continue
		}
		basis[withoutNumber(a.Fact)] = a.Over
	}
	if activity, ok := strings.CutPrefix(given.Question, minutesQuestion); ok {
		var texts []any
		for _, c := range r.Session.Conflicts {
			if c.Activity == "" || c.Activity == activity {
				texts = append(texts, c.Text)
			}
		}
		basis[conflictKey] = texts
	}
	return basis, nil
}

func withoutNumber(path string) string {
	if _, around := serviceNumber(path); around[1] != "" {
		return around[0] + "[]" + around[1]
	}
	return path
}

// stillOver is an error where the record says something else now than what the reply was given over.
func (r *Review) stillOver(reply Reply, given Given) error {
	if reply.Over == nil {
		return nil
	}
	now, err := r.basisOf(given)
	if err != nil {
		return err
	}
	both := append(effective.SortedKeys(reply.Over), effective.SortedKeys(now)...)
	slices.Sort(both)
	for _, path := range both {
		if !reflect.DeepEqual(reply.Over[path], now[path]) {
			return movedOn(path, reply.Over[path], now[path])
		}
	}
	return nil
}

// movedOn says what the record said and what it says now.
func movedOn(path string, then, now any) error {
	if path == conflictKey {
		return errors.New("the record has changed since: its times are others now")
	}
	words := func(value any) string {
		if value == nil {
			return "nothing"
		}
		return ValueText(value)
	}
	return fmt.Errorf("the record has changed since: of %s it said %s, and now says %s", path, words(then), words(now))
}
