package visit

import "errors"

// ErrOtherPatient says that the encounter belongs to another patient than the one whose chart is
// open. A page stops there; nothing of either is shown.
var ErrOtherPatient = errors.New("the encounter belongs to another patient than the one of the launch: close this page and launch again from the right chart")

// A Refusal is an error of a record server that knows what to do about it. It holds nothing that
// the server wrote in its own words.
type Refusal interface {
	error
	HTTPStatus() int  // as the server answered; 0 where it did not
	WhatToDo() string // such as "ask for scope user/Observation.rs"; empty where nobody knows
}
