package effective

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// A State says whether a value holds on a day.
type State int

// The states of a value on a day. The zero State is not one of them, so that a forgotten one shows.
const (
	NotYet    State = iota + 1 // the day is before the first day listed
	InForce                    // a value holds
	Withdrawn                  // the value was ended on or before the day
)

// Values holds what a rule says, under the first day on which it says it. A value holds from its
// day until the next one listed: closed at the start, open at the end. An entry without a value
// (null) ends the one before it.
type Values[T any] struct {
	days []dayValue[T] // by day, earliest first
}

type dayValue[T any] struct {
	day   Date
	value *T // nil: withdrawn from this day
}

// On is the value that holds on day, the first day of that value, and the state. Where the state is
// NotYet, since is the first day on which a value will hold; where it is Withdrawn, since is the
// first day without the value.
func (v Values[T]) On(day Date) (value T, since Date, state State) {
	state = NotYet
	if len(v.days) > 0 {
		since = v.days[0].day
	}
	for _, d := range v.days {
		if day.Before(d.day) {
			break
		}
		since = d.day
		if d.value == nil {
			var none T
			value, state = none, Withdrawn
			continue
		}
		value, state = *d.value, InForce
	}
	return value, since, state
}

// At is On without a copy: value is nil where the state is not InForce. The value must not be changed.
func (v Values[T]) At(day Date) (value *T, since Date, state State) {
	state = NotYet
	if len(v.days) > 0 {
		since = v.days[0].day
	}
	for _, d := range v.days {
		if day.Before(d.day) {
			break
		}
		value, since, state = d.value, d.day, InForce
		if d.value == nil {
			state = Withdrawn
		}
	}
	return value, since, state
}

// Over lays v over the values below it: from v's first day on only v's values hold, before that day
// those below. Values without a day leave what is below as it is.
func (v Values[T]) Over(below Values[T]) Values[T] {
	if len(v.days) == 0 {
		return below
	}
	var laid Values[T]
	for _, d := range below.days {
		if d.day.Before(v.days[0].day) {
			laid.days = append(laid.days, d)
		}
	}
	laid.days = append(laid.days, v.days...)
	return laid
}

// Days lists the first day of every value and of every end, earliest first.
func (v Values[T]) Days() []Date {
	days := make([]Date, len(v.days))
	for i, d := range v.days {
		days[i] = d.day
	}
	return days
}

// All calls yield for every value with its first day, earliest first; an end has a nil value.
func (v Values[T]) All(yield func(Date, *T) bool) {
	for _, d := range v.days {
		if !yield(d.day, d.value) {
			return
		}
	}
}

// With are the values with each of them but the ends put through change.
func (v Values[T]) With(change func(Date, *T) *T) Values[T] {
	changed := Values[T]{days: slices.Clone(v.days)}
	for i, d := range changed.days {
		if d.value != nil {
			changed.days[i].value = change(d.day, d.value)
		}
	}
	return changed
}

// UnmarshalYAML reads a mapping of days to values. Every fault is reported, with its line. Only in a
// file that lies over others may an end come first.
func (v *Values[T]) UnmarshalYAML(ctx context.Context, node ast.Node) error {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return &FieldError{Line: node.GetToken().Position.Line, Column: node.GetToken().Position.Column,
			Problem: "must list values under the first day they hold, such as 2013-01-01:"}
	}
	var faults []error
	for _, entry := range mapping.Values {
		at := entry.Key.GetToken().Position
		day, err := ParseDate(entry.Key.GetToken().Value)
		if err != nil {
			faults = append(faults, &FieldError{Line: at.Line, Column: at.Column, Problem: err.Error()})
			continue
		}
		if slices.ContainsFunc(v.days, func(d dayValue[T]) bool { return d.day == day }) {
			faults = append(faults, &FieldError{Line: at.Line, Column: at.Column, Problem: fmt.Sprintf("%s is listed twice", day)})
			continue
		}
		if entry.Value.Type() == ast.NullType {
			v.days = append(v.days, dayValue[T]{day: day})
			continue
		}
		value := new(T)
		if err := yaml.NodeToValue(entry.Value, value, yaml.Strict()); err != nil {
			faults = append(faults, err)
			continue
		}
		v.days = append(v.days, dayValue[T]{day, value})
	}
	slices.SortFunc(v.days, func(a, b dayValue[T]) int { return a.day.Compare(b.day) })
	if len(v.days) > 0 && v.days[0].value == nil && ctx.Value(liesOver{}) == nil {
		at := mapping.GetToken().Position
		faults = append(faults, &FieldError{Line: at.Line, Column: at.Column, Problem: fmt.Sprintf("%s ends a value that never began", v.days[0].day)})
	}
	return errors.Join(faults...)
}
