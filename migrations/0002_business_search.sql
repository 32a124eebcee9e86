-- Words by which a business is found; kept by the database, so that no write can forget it.
CREATE VIRTUAL TABLE businessWords USING fts5(
  name, category, city, description,
  content = 'businesses', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenMade AFTER INSERT ON businesses BEGIN
  INSERT INTO businessWords (rowid, name, category, city, description)
  VALUES (NEW.id, NEW.name, NEW.category, NEW.city, NEW.description);
END;
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenChanged AFTER UPDATE OF name, category, city, description ON businesses BEGIN
  INSERT INTO businessWords (businessWords, rowid, name, category, city, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.category, OLD.city, OLD.description);
  INSERT INTO businessWords (rowid, name, category, city, description)
  VALUES (NEW.id, NEW.name, NEW.category, NEW.city, NEW.description);
END;
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenRemoved AFTER DELETE ON businesses BEGIN
  INSERT INTO businessWords (businessWords, rowid, name, category, city, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.category, OLD.city, OLD.description);
END;
