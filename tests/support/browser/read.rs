//! What a page says.

use chromiumoxide::cdp::js_protocol::runtime::{EvaluateParams, EvaluateReturns, ExecutionContextId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::runtime::block_on;
use super::Tab;

impl Tab {
    pub fn url(&self) -> String {
        self.try_eval("location.href").unwrap_or_default()
    }

    pub fn title(&self) -> String {
        self.eval("document.title")
    }

    /// All text that can be seen.
    pub fn body(&self) -> String {
        self.try_eval("document.body.innerText").unwrap_or_default()
    }

    /// The text of an element, waited for.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let text = format!("document.querySelector({})?.innerText", json!(selector));
        self.until(&format!("«{selector}»"), || self.try_eval(&text))
    }

    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.wait_for(selector);
        self.eval(&format!("document.querySelector({}).getAttribute({})", json!(selector), json!(name)))
    }

    pub fn count(&self, selector: &str) -> usize {
        self.eval(&format!("document.querySelectorAll({}).length", json!(selector)))
    }

    pub fn sees(&self, selector: &str) -> bool {
        let seen =
            format!("document.querySelector({})?.checkVisibility({{visibilityProperty: true}})", json!(selector));
        self.try_eval(&seen) == Some(true)
    }

    /// The value of an expression, or of the promise that it gives; as if the person had just pressed something.
    #[track_caller]
    pub fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = match self.evaluate(expression, None) {
            Ok(value) => value,
            Err(error) => panic!("{expression} failed at {}: {error}", self.url()),
        };
        match serde_json::from_value(value) {
            Ok(value) => value,
            Err(error) => panic!("{expression} gave something else: {error}"),
        }
    }

    /// The same for an expression that may fail while one page gives way to another.
    pub(super) fn try_eval<T: DeserializeOwned>(&self, expression: &str) -> Option<T> {
        self.evaluate(expression, None).ok().and_then(|value| serde_json::from_value(value).ok())
    }

    pub(super) fn evaluate(&self, expression: &str, world: Option<ExecutionContextId>) -> Result<Value, String> {
        let params = EvaluateParams::builder()
            .expression(expression)
            .await_promise(true)
            .return_by_value(true)
            .user_gesture(true);
        let params = match world {
            Some(world) => params.context_id(world),
            None => params,
        };
        let answer = block_on(self.page.execute(params.build()?)).map_err(|error| error.to_string())?;
        let EvaluateReturns { result, exception_details, .. } = answer.result;
        match exception_details {
            Some(details) => Err(details.exception.and_then(|thrown| thrown.description).unwrap_or(details.text)),
            None => Ok(result.value.unwrap_or_default()),
        }
    }
}
