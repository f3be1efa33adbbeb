package sakila_test

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/lucid-go/lucid"
)

// The models of the Sakila tables. A table's key is <table>_id and its name is singular, so every model says
// both; key types differ on purpose between the two ends of some relations.

type Actor struct {
	lucid.Model
	ID         int64 `db:"actor_id,pk"`
	FirstName  string
	LastName   string
	LastUpdate time.Time

	Films []*Film
}

type Address struct {
	lucid.Model
	ID         int64  `db:"address_id,pk"`
	Street     string `db:"address"`
	Address2   sql.Null[string]
	District   string
	CityID     int64
	PostalCode *string
	Phone      string
	LastUpdate time.Time

	City      *City
	Customers []*Customer
	Clerk     *Staff // of the store at the address
}

type Category struct {
	lucid.Model
	ID         int16 `db:"category_id,pk"`
	Name       string
	LastUpdate time.Time

	Films []*Film
}

type City struct {
	lucid.Model
	ID         int64  `db:"city_id,pk"`
	Name       string `db:"city"`
	CountryID  int64
	LastUpdate time.Time

	Country   *Country
	Addresses []*Address
	Customers []*Customer // through addresses
}

type Country struct {
	lucid.Model
	ID         int64  `db:"country_id,pk"`
	Name       string `db:"country"`
	LastUpdate time.Time

	Cities    []*City
	Addresses []*Address // through cities
}

type Customer struct {
	lucid.Model
	ID         int64 `db:"customer_id,pk"`
	StoreID    int64
	FirstName  string
	LastName   string
	Email      *string
	AddressID  int64
	Activebool bool
	CreateDate time.Time
	LastUpdate *time.Time
	Active     *int

	Address     *Address
	Store       *Store
	Rentals     []*Rental
	Payments    []*Payment
	FirstRental *Rental
}

type Film struct {
	lucid.Model
	ID                 int64 `db:"film_id,pk"`
	Title              string
	Description        *string
	ReleaseYear        *int
	LanguageID         int64
	OriginalLanguageID *int64
	RentalDuration     int
	RentalRate         Money
	Length             *int
	ReplacementCost    Money
	Rating             *string
	LastUpdate         time.Time
	SpecialFeatures    *string
	LinkedAt           time.Time `db:"pivot_last_update,extra"` // to the actor or category it was reached from

	Language         *Language
	OriginalLanguage *Language
	Actors           []*Actor
	Categories       []*Category
	Credits          []*FilmActor
	FirstCredit      *FilmActor
	Copies           []*Inventory
	Rentals          []*Rental // through copies
	FirstRental      *Rental   // through copies
}

// FilmActor is a row of the pivot table between films and actors, with its composite key.
type FilmActor struct {
	lucid.Model
	ActorID    int64 `db:",pk"`
	FilmID     int64 `db:",pk"`
	LastUpdate time.Time

	Actor      *Actor
	Film       *Film
	Categories []*Category // of the film
}

type Inventory struct {
	lucid.Model
	ID         int64 `db:"inventory_id,pk"`
	FilmID     int64
	StoreID    int64
	LastUpdate time.Time

	Film    *Film
	Store   *Store
	Rentals []*Rental
	Copies  []*Inventory // of the same film in the same store, itself included
}

type Language struct {
	lucid.Model
	ID         int16 `db:"language_id,pk"`
	Name       string
	LastUpdate time.Time

	Films  []*Film
	Copies []*Inventory // through films
}

type Payment struct {
	lucid.Model
	ID          int64 `db:"payment_id,pk"`
	CustomerID  int64
	StaffID     int32
	RentalID    *int64
	Amount      string
	PaymentDate time.Time

	Customer *Customer
	Rental   *Rental
}

type Rental struct {
	lucid.Model
	ID          int64 `db:"rental_id,pk"`
	RentalDate  time.Time
	InventoryID int64
	CustomerID  int64
	ReturnDate  *time.Time
	StaffID     int32
	LastUpdate  time.Time

	Customer    *Customer
	Inventory   *Inventory
	Staff       *Staff
	Payments    []*Payment
	OwnPayments []*Payment // those of the customer who rented
}

type Staff struct {
	lucid.Model
	ID         int `db:"staff_id,pk"`
	FirstName  string
	LastName   string
	AddressID  int64
	Email      *string
	StoreID    int64
	Active     bool
	Username   string
	LastUpdate time.Time

	Address      *Address
	Store        *Store // where they work
	ManagedStore *Store
}

type Store struct {
	lucid.Model
	ID             int64 `db:"store_id,pk"`
	ManagerStaffID sql.Null[int64]
	AddressID      int64
	LastUpdate     time.Time

	Manager   *Staff
	Address   *Address
	Staff     []*Staff
	Customers []*Customer
	Copies    []*Inventory
	Rentals   []*Rental // through copies
}

// FilmCategory is a row of the pivot table between films and categories.
type FilmCategory struct {
	lucid.Model
	FilmID     int64 `db:",pk"`
	CategoryID int16 `db:",pk"`
	LastUpdate time.Time

	Film     *Film
	Category *Category
}

func (Actor) TableName() string        { return "actor" }
func (Address) TableName() string      { return "address" }
func (Category) TableName() string     { return "category" }
func (City) TableName() string         { return "city" }
func (Country) TableName() string      { return "country" }
func (Customer) TableName() string     { return "customer" }
func (Film) TableName() string         { return "film" }
func (FilmActor) TableName() string    { return "film_actor" }
func (FilmCategory) TableName() string { return "film_category" }
func (Inventory) TableName() string    { return "inventory" }
func (Language) TableName() string     { return "language" }
func (Payment) TableName() string      { return "payment" }
func (Rental) TableName() string       { return "rental" }
func (Staff) TableName() string        { return "staff" }
func (Store) TableName() string        { return "store" }

// key is what a row is compared by: the values of its primary key.
func (a *Actor) key() []int64         { return []int64{a.ID} }
func (a *Address) key() []int64       { return []int64{a.ID} }
func (c *Category) key() []int64      { return []int64{int64(c.ID)} }
func (c *City) key() []int64          { return []int64{c.ID} }
func (c *Country) key() []int64       { return []int64{c.ID} }
func (c *Customer) key() []int64      { return []int64{c.ID} }
func (f *Film) key() []int64          { return []int64{f.ID} }
func (fa *FilmActor) key() []int64    { return []int64{fa.ActorID, fa.FilmID} }
func (fc *FilmCategory) key() []int64 { return []int64{fc.FilmID, int64(fc.CategoryID)} }
func (i *Inventory) key() []int64     { return []int64{i.ID} }
func (l *Language) key() []int64      { return []int64{int64(l.ID)} }
func (p *Payment) key() []int64       { return []int64{p.ID} }
func (r *Rental) key() []int64        { return []int64{r.ID} }
func (s *Staff) key() []int64         { return []int64{int64(s.ID)} }
func (s *Store) key() []int64         { return []int64{s.ID} }

// Money is an amount in cents, for columns that are numeric or decimal.
type Money int64

// Scan takes what the drivers read a decimal as: a text, and on SQLite a number.
func (m *Money) Scan(src any) error {
	switch src := src.(type) {
	case []byte:
		return m.Scan(string(src))
	case string:
		f, err := strconv.ParseFloat(src, 64)
		if err != nil {
			return err
		}
		return m.Scan(f)
	case float64:
		*m = Money(math.Round(src * 100))
	case int64:
		*m = Money(src * 100)
	default:
		return fmt.Errorf("%T is not an amount", src)
	}
	return nil
}

// Value is the amount as a decimal text.
func (m Money) Value() (driver.Value, error) { return fmt.Sprintf("%d.%02d", m/100, m%100), nil }

// The columns that relations go by.
var (
	AddressCityID          = lucid.Column(func(a *Address) *int64 { return &a.CityID })
	CityCountryID          = lucid.Column(func(c *City) *int64 { return &c.CountryID })
	CustomerAddressID      = lucid.Column(func(c *Customer) *int64 { return &c.AddressID })
	CustomerStoreID        = lucid.Column(func(c *Customer) *int64 { return &c.StoreID })
	FilmLanguageID         = lucid.Column(func(f *Film) *int64 { return &f.LanguageID })
	FilmOriginalLanguageID = lucid.NullColumn(func(f *Film) **int64 { return &f.OriginalLanguageID })
	FilmActorActorID       = lucid.Column(func(fa *FilmActor) *int64 { return &fa.ActorID })
	FilmActorFilmID        = lucid.Column(func(fa *FilmActor) *int64 { return &fa.FilmID })
	FilmCategoryFilmID     = lucid.Column(func(fc *FilmCategory) *int64 { return &fc.FilmID })
	FilmCategoryCategoryID = lucid.Column(func(fc *FilmCategory) *int16 { return &fc.CategoryID })
	InventoryFilmID        = lucid.Column(func(i *Inventory) *int64 { return &i.FilmID })
	InventoryStoreID       = lucid.Column(func(i *Inventory) *int64 { return &i.StoreID })
	PaymentCustomerID      = lucid.Column(func(p *Payment) *int64 { return &p.CustomerID })
	PaymentRentalID        = lucid.Column(func(p *Payment) **int64 { return &p.RentalID })
	RentalID               = lucid.Column(func(r *Rental) *int64 { return &r.ID })
	RentalCustomerID       = lucid.Column(func(r *Rental) *int64 { return &r.CustomerID })
	RentalInventoryID      = lucid.Column(func(r *Rental) *int64 { return &r.InventoryID })
	RentalStaffID          = lucid.Column(func(r *Rental) *int32 { return &r.StaffID })
	StaffAddressID         = lucid.Column(func(s *Staff) *int64 { return &s.AddressID })
	StaffStoreID           = lucid.Column(func(s *Staff) *int64 { return &s.StoreID })
	StoreAddressID         = lucid.Column(func(s *Store) *int64 { return &s.AddressID })
	StoreManagerStaffID    = lucid.Column(func(s *Store) *sql.Null[int64] { return &s.ManagerStaffID })
)

var (
	ActorFilms = &lucid.ManyToMany[Actor, Film]{
		Field:                  func(a *Actor) *[]*Film { return &a.Films },
		PivotTable:             "film_actor",
		PivotForeignKey:        "actor_id",
		PivotRelatedForeignKey: "film_id",
		PivotColumns:           []string{"last_update"},
	}

	AddressCity      = &lucid.BelongsTo[Address, City]{Field: func(a *Address) **City { return &a.City }, ForeignKey: AddressCityID}
	AddressCustomers = &lucid.HasMany[Address, Customer]{
		Field:      func(a *Address) *[]*Customer { return &a.Customers },
		ForeignKey: CustomerAddressID,
	}
	AddressClerk = &lucid.HasOneThrough[Address, Store, Staff]{
		Field:             func(a *Address) **Staff { return &a.Clerk },
		ThroughForeignKey: StoreAddressID,
		ForeignKey:        StaffStoreID,
	}

	CategoryFilms = &lucid.ManyToMany[Category, Film]{
		Field:                  func(c *Category) *[]*Film { return &c.Films },
		PivotTable:             "film_category",
		PivotForeignKey:        "category_id",
		PivotRelatedForeignKey: "film_id",
		PivotColumns:           []string{"last_update"},
	}

	CityCountry   = &lucid.BelongsTo[City, Country]{Field: func(c *City) **Country { return &c.Country }, ForeignKey: CityCountryID}
	CityAddresses = &lucid.HasMany[City, Address]{
		Field:      func(c *City) *[]*Address { return &c.Addresses },
		ForeignKey: AddressCityID,
	}
	CityCustomers = &lucid.HasManyThrough[City, Address, Customer]{
		Field:             func(c *City) *[]*Customer { return &c.Customers },
		ThroughForeignKey: AddressCityID,
		ForeignKey:        CustomerAddressID,
	}

	CountryCities = &lucid.HasMany[Country, City]{
		Field:      func(c *Country) *[]*City { return &c.Cities },
		ForeignKey: CityCountryID,
	}
	CountryAddresses = &lucid.HasManyThrough[Country, City, Address]{
		Field:             func(c *Country) *[]*Address { return &c.Addresses },
		ThroughForeignKey: CityCountryID,
		ForeignKey:        AddressCityID,
	}

	CustomerAddress = &lucid.BelongsTo[Customer, Address]{
		Field:      func(c *Customer) **Address { return &c.Address },
		ForeignKey: CustomerAddressID,
	}
	CustomerStore   = &lucid.BelongsTo[Customer, Store]{Field: func(c *Customer) **Store { return &c.Store }, ForeignKey: CustomerStoreID}
	CustomerRentals = &lucid.HasMany[Customer, Rental]{
		Field:      func(c *Customer) *[]*Rental { return &c.Rentals },
		ForeignKey: RentalCustomerID,
	}
	CustomerPayments = &lucid.HasMany[Customer, Payment]{
		Field:      func(c *Customer) *[]*Payment { return &c.Payments },
		ForeignKey: PaymentCustomerID,
	}
	CustomerFirstRental = &lucid.HasOne[Customer, Rental]{
		Field:      func(c *Customer) **Rental { return &c.FirstRental },
		ForeignKey: RentalCustomerID,
	}

	FilmLanguage         = &lucid.BelongsTo[Film, Language]{Field: func(f *Film) **Language { return &f.Language }, ForeignKey: FilmLanguageID}
	FilmOriginalLanguage = &lucid.BelongsTo[Film, Language]{
		Field:      func(f *Film) **Language { return &f.OriginalLanguage },
		ForeignKey: FilmOriginalLanguageID,
	}
	FilmActors = &lucid.ManyToMany[Film, Actor]{
		Field:                  func(f *Film) *[]*Actor { return &f.Actors },
		PivotTable:             "film_actor",
		PivotForeignKey:        "film_id",
		PivotRelatedForeignKey: "actor_id",
		PivotColumns:           []string{"last_update"},
	}
	FilmCategories = &lucid.ManyToMany[Film, Category]{
		Field:                  func(f *Film) *[]*Category { return &f.Categories },
		PivotTable:             "film_category",
		PivotForeignKey:        "film_id",
		PivotRelatedForeignKey: "category_id",
		PivotColumns:           []string{"last_update"},
	}
	FilmCredits = &lucid.HasMany[Film, FilmActor]{
		Field:      func(f *Film) *[]*FilmActor { return &f.Credits },
		ForeignKey: FilmActorFilmID,
	}
	FilmFirstCredit = &lucid.HasOne[Film, FilmActor]{
		Field:      func(f *Film) **FilmActor { return &f.FirstCredit },
		ForeignKey: FilmActorFilmID,
	}
	FilmCopies = &lucid.HasMany[Film, Inventory]{
		Field:      func(f *Film) *[]*Inventory { return &f.Copies },
		ForeignKey: InventoryFilmID,
	}
	FilmRentals = &lucid.HasManyThrough[Film, Inventory, Rental]{
		Field:             func(f *Film) *[]*Rental { return &f.Rentals },
		ThroughForeignKey: InventoryFilmID,
		ForeignKey:        RentalInventoryID,
	}
	FilmFirstRental = &lucid.HasOneThrough[Film, Inventory, Rental]{
		Field:             func(f *Film) **Rental { return &f.FirstRental },
		ThroughForeignKey: InventoryFilmID,
		ForeignKey:        RentalInventoryID,
	}

	FilmActorActor      = &lucid.BelongsTo[FilmActor, Actor]{Field: func(fa *FilmActor) **Actor { return &fa.Actor }, ForeignKey: FilmActorActorID}
	FilmActorFilm       = &lucid.BelongsTo[FilmActor, Film]{Field: func(fa *FilmActor) **Film { return &fa.Film }, ForeignKey: FilmActorFilmID}
	FilmActorCategories = &lucid.ManyToMany[FilmActor, Category]{
		Field:                  func(fa *FilmActor) *[]*Category { return &fa.Categories },
		LocalKey:               FilmActorFilmID,
		PivotTable:             "film_category",
		PivotForeignKey:        "film_id",
		PivotRelatedForeignKey: "category_id",
	}
	// FilmActorItself goes by the whole composite key, from a row to the same row. It has no field.
	FilmActorItself = &lucid.BelongsTo[FilmActor, FilmActor]{ForeignKey: lucid.Columns(FilmActorActorID, FilmActorFilmID)}
	// FilmActorSame is the other end of it.
	FilmActorSame = &lucid.HasMany[FilmActor, FilmActor]{ForeignKey: lucid.Columns(FilmActorActorID, FilmActorFilmID)}

	FilmCategoryFilm     = &lucid.BelongsTo[FilmCategory, Film]{Field: func(fc *FilmCategory) **Film { return &fc.Film }, ForeignKey: FilmCategoryFilmID}
	FilmCategoryCategory = &lucid.BelongsTo[FilmCategory, Category]{
		Field:      func(fc *FilmCategory) **Category { return &fc.Category },
		ForeignKey: FilmCategoryCategoryID,
	}

	InventoryFilm    = &lucid.BelongsTo[Inventory, Film]{Field: func(i *Inventory) **Film { return &i.Film }, ForeignKey: InventoryFilmID}
	InventoryStore   = &lucid.BelongsTo[Inventory, Store]{Field: func(i *Inventory) **Store { return &i.Store }, ForeignKey: InventoryStoreID}
	InventoryRentals = &lucid.HasMany[Inventory, Rental]{
		Field:      func(i *Inventory) *[]*Rental { return &i.Rentals },
		ForeignKey: RentalInventoryID,
	}
	InventoryCopies = &lucid.HasMany[Inventory, Inventory]{
		Field:      func(i *Inventory) *[]*Inventory { return &i.Copies },
		LocalKey:   lucid.Columns(InventoryFilmID, InventoryStoreID),
		ForeignKey: lucid.Columns(InventoryFilmID, InventoryStoreID),
	}

	LanguageFilms = &lucid.HasMany[Language, Film]{
		Field:      func(l *Language) *[]*Film { return &l.Films },
		ForeignKey: FilmLanguageID,
	}
	LanguageCopies = &lucid.HasManyThrough[Language, Film, Inventory]{
		Field:             func(l *Language) *[]*Inventory { return &l.Copies },
		ThroughForeignKey: FilmLanguageID,
		ForeignKey:        InventoryFilmID,
	}

	PaymentCustomer = &lucid.BelongsTo[Payment, Customer]{Field: func(p *Payment) **Customer { return &p.Customer }, ForeignKey: PaymentCustomerID}
	PaymentRental   = &lucid.BelongsTo[Payment, Rental]{Field: func(p *Payment) **Rental { return &p.Rental }, ForeignKey: PaymentRentalID}

	RentalCustomer  = &lucid.BelongsTo[Rental, Customer]{Field: func(r *Rental) **Customer { return &r.Customer }, ForeignKey: RentalCustomerID}
	RentalInventory = &lucid.BelongsTo[Rental, Inventory]{
		Field:      func(r *Rental) **Inventory { return &r.Inventory },
		ForeignKey: RentalInventoryID,
	}
	RentalStaff    = &lucid.BelongsTo[Rental, Staff]{Field: func(r *Rental) **Staff { return &r.Staff }, ForeignKey: RentalStaffID}
	RentalPayments = &lucid.HasMany[Rental, Payment]{
		Field:      func(r *Rental) *[]*Payment { return &r.Payments },
		ForeignKey: PaymentRentalID,
	}
	RentalOwnPayments = &lucid.HasMany[Rental, Payment]{
		Field:      func(r *Rental) *[]*Payment { return &r.OwnPayments },
		LocalKey:   lucid.Columns(RentalID, RentalCustomerID),
		ForeignKey: lucid.Columns(PaymentRentalID, PaymentCustomerID),
	}

	StaffAddress      = &lucid.BelongsTo[Staff, Address]{Field: func(s *Staff) **Address { return &s.Address }, ForeignKey: StaffAddressID}
	StaffStore        = &lucid.BelongsTo[Staff, Store]{Field: func(s *Staff) **Store { return &s.Store }, ForeignKey: StaffStoreID}
	StaffManagedStore = &lucid.HasOne[Staff, Store]{
		Field:      func(s *Staff) **Store { return &s.ManagedStore },
		ForeignKey: StoreManagerStaffID,
	}

	StoreManager   = &lucid.BelongsTo[Store, Staff]{Field: func(s *Store) **Staff { return &s.Manager }, ForeignKey: StoreManagerStaffID}
	StoreAddress   = &lucid.BelongsTo[Store, Address]{Field: func(s *Store) **Address { return &s.Address }, ForeignKey: StoreAddressID}
	StoreStaff     = &lucid.HasMany[Store, Staff]{Field: func(s *Store) *[]*Staff { return &s.Staff }, ForeignKey: StaffStoreID}
	StoreCustomers = &lucid.HasMany[Store, Customer]{
		Field:      func(s *Store) *[]*Customer { return &s.Customers },
		ForeignKey: CustomerStoreID,
	}
	StoreCopies = &lucid.HasMany[Store, Inventory]{
		Field:      func(s *Store) *[]*Inventory { return &s.Copies },
		ForeignKey: InventoryStoreID,
	}
	StoreRentals = &lucid.HasManyThrough[Store, Inventory, Rental]{
		Field:             func(s *Store) *[]*Rental { return &s.Rentals },
		ThroughForeignKey: InventoryStoreID,
		ForeignKey:        RentalInventoryID,
	}
)

func init() {
	lucid.Register[Actor](ActorFilms)
	lucid.Register[Address](AddressCity, AddressCustomers, AddressClerk)
	lucid.Register[Category](CategoryFilms)
	lucid.Register[City](CityCountry, CityAddresses, CityCustomers)
	lucid.Register[Country](CountryCities, CountryAddresses)
	lucid.Register[Customer](CustomerAddress, CustomerStore, CustomerRentals, CustomerPayments, CustomerFirstRental)
	lucid.Register[Film](FilmLanguage, FilmOriginalLanguage, FilmActors, FilmCategories, FilmCredits, FilmFirstCredit,
		FilmCopies, FilmRentals, FilmFirstRental)
	lucid.Register[FilmActor](FilmActorActor, FilmActorFilm, FilmActorCategories, FilmActorItself, FilmActorSame)
	lucid.Register[FilmCategory](FilmCategoryFilm, FilmCategoryCategory)
	lucid.Register[Inventory](InventoryFilm, InventoryStore, InventoryRentals, InventoryCopies)
	lucid.Register[Language](LanguageFilms, LanguageCopies)
	lucid.Register[Payment](PaymentCustomer, PaymentRental)
	lucid.Register[Rental](RentalCustomer, RentalInventory, RentalStaff, RentalPayments, RentalOwnPayments)
	lucid.Register[Staff](StaffAddress, StaffStore, StaffManagedStore)
	lucid.Register[Store](StoreManager, StoreAddress, StoreStaff, StoreCustomers, StoreCopies, StoreRentals)
}
