package layer

import (
	"cmp"
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// A Rule is one rule file: what holds from which day on. Its id is its file name.
type Rule[V any] struct {
	ID        string              `yaml:"id"`
	Name      string              `yaml:"name"`
	Order     int                 `yaml:"order"`   // place among the answers
	Checked   string              `yaml:"checked"` // when a person last compared this file with its sources
	Effective effective.Values[V] `yaml:"effective"`
}

// On is what the rule says on a day of service, or the newest of it where the day is not known. It must
// not be changed.
func (r *Rule[V]) On(day effective.Date) (*V, bool) {
	if day.IsZero() {
		days := r.Effective.Days()
		day = days[len(days)-1]
	}
	v, _, state := r.Effective.At(day)
	return v, state == effective.InForce
}

// over lays a rule over the one below it. What its values do not say they take from the value that holds
// below on their first day; before its first day all is as below. A name and a place that it gives are no
// values, and hold on every day.
func (r *Rule[V]) over(below *Rule[V], fill func(v, below *V)) *Rule[V] {
	if below == nil {
		return r
	}
	laid := *r
	laid.Name, laid.Order = cmp.Or(r.Name, below.Name), cmp.Or(r.Order, below.Order)
	laid.Effective = r.Effective.With(func(day effective.Date, v *V) *V {
		under, _, state := below.Effective.At(day)
		if state != effective.InForce {
			return v
		}
		filled := *v
		fill(&filled, under)
		return &filled
	}).Over(below.Effective)
	return &laid
}

// A Fault is what is wrong with a rule file, and under which keys.
type Fault struct {
	Problem string
	Keys    []string
}

// faults lists what is wrong with the file of a rule, beyond what strict reading and its values show.
func (r *Rule[V]) faults(name string, below *Rule[V]) []Fault {
	var faults []Fault
	fault := func(problem string, keys ...string) { faults = append(faults, Fault{problem, keys}) }
	if r.ID != name {
		fault(fmt.Sprintf("the id %q is not the file name", r.ID), "id")
	}
	if r.Name == "" && below == nil {
		fault("the name is missing", "name")
	}
	if _, err := effective.ParseDate(r.Checked); err != nil {
		fault("checked: "+err.Error(), "checked")
	}
	days := r.Effective.Days()
	if len(days) == 0 {
		fault("effective lists no day", "effective")
		return faults
	}
	if first, _, _ := r.Effective.At(days[0]); first == nil {
		if below == nil {
			fault("ends a value that never began", "effective", days[0].String())
		} else if _, _, state := below.Effective.At(days[0]); state != effective.InForce {
			fault("ends what does not hold on this day in the layers below", "effective", days[0].String())
		}
	}
	return faults
}
