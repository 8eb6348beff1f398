//! The content security policies of all pages. Trainers and the reader of files start from blobs, so their page's policy applies to them.
//!
//! Publishing adds what is known only then: the checksum of the script inside the page, and the server's name for embeds. It copies the
//! result into the headers for hosts.

use maud::{Markup, html};

/// The kinds of pages. Each adds to the rules that all share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The article: it trains, can be installed, and is read offline.
    Article,
    /// A page for frames of other pages: it trains. In a sandboxed frame of opaque origin, 'self' is still the server of the page, but
    /// not in WebKit: publishing adds the server's name if it knows it.
    Embed,
    /// The gallery and the guides: they show embeds in frames.
    Site,
}

impl Policy {
    pub const ALL: [Self; 3] = [Self::Article, Self::Embed, Self::Site];

    pub fn text(self) -> String {
        let (scripts, others) = match self {
            Self::Article => ("'self' 'wasm-unsafe-eval'", "worker-src 'self' blob:; manifest-src 'self'"),
            Self::Embed => ("'self' 'wasm-unsafe-eval'", "worker-src blob:"),
            Self::Site => ("'self'", "worker-src 'self'; manifest-src 'self'; frame-src 'self'"),
        };
        format!(
            "default-src 'none'; script-src {scripts}; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; \
             connect-src 'self'; {others}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
             trusted-types default"
        )
    }

    /// The element in a page's head.
    pub fn meta(self) -> Markup {
        html! { meta http-equiv="Content-Security-Policy" content=(self.text()); }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_but_the_site_itself_and_blobs() {
        for policy in Policy::ALL {
            let text = policy.text();
            let directives: Vec<(&str, &str)> = text.split("; ").filter_map(|part| part.split_once(' ')).collect();
            assert!(
                directives.contains(&("default-src", "'none'")) && directives.contains(&("base-uri", "'none'")),
                "{text}"
            );
            for (name, value) in directives.into_iter().filter(|(name, _)| name.ends_with("-src")) {
                let is_strict = |source| match source {
                    "'self'" | "'none'" => true,
                    "'wasm-unsafe-eval'" => name == "script-src",
                    "blob:" => ["img-src", "worker-src"].contains(&name),
                    "data:" => name == "img-src",
                    _ => false,
                };
                assert!(value.split(' ').all(is_strict), "{name} {value}");
            }
        }
    }
}
